"""A process drawn: the picture on the page, and BPMN 2.0 with its diagram."""

from importlib.resources import files
from xml.etree import ElementTree

import pytest

from minhbach.procedures.content.bpmn import bpmn
from minhbach.procedures.content.picture import picture
from minhbach.procedures.content.reading import from_yaml

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DD = "{http://www.omg.org/spec/DD/20100524/DI}"
EVERYTHING = """
code: "1.900009"
name: Quy trình có mọi thứ
agency: Sở
process:
  steps:
    - key: receive
      title: Tiếp nhận & kiểm tra <hồ sơ>
      role: counter
      place: one_stop
      share: 5%
      moves: [{kind: forward}, {kind: supplement}, {kind: finance}, {kind: refuse}]
    - key: assign
      title: Phân công
      role: office_head
      share: 5%
      moves: [{kind: forward}, {kind: forward, to: sign, title: Hồ sơ đơn giản}, {kind: back}]
    - {key: handle, title: Thẩm định, role: specialist, share: 70%, opinions: [stc, sxd], moves: [{kind: forward}]}
    - key: sign
      title: Ký
      role: head
      place: agency
      share: 15%
      moves: [{kind: forward}, {kind: back, to: receive}, {kind: refuse}, {kind: finish}]
    - {key: return, title: Trả kết quả, role: counter, place: one_stop, share: 5%}
"""
[WHOLE] = from_yaml(EVERYTHING)[0]
SHIPPED = [
    content
    for path in (files("minhbach.catalog") / "procedures").iterdir()
    for content in from_yaml(path.read_text(encoding="utf-8"))[0]
    if content.process
]
NODES = {"startEvent", "endEvent", "userTask", "exclusiveGateway", "intermediateThrowEvent", "intermediateCatchEvent"}


def model(content, lang="vi"):
    root = ElementTree.fromstring(bpmn(content, lang))
    assert root.tag == BPMN + "definitions"
    return root


def nodes_of(root):
    process = root.find(BPMN + "process")
    return {node.get("id"): node for node in process if node.tag.removeprefix(BPMN) in NODES}


@pytest.mark.parametrize("content", [WHOLE, *SHIPPED], ids=lambda content: content.code)
def test_a_model_is_well_formed_as_the_standard_has_it(content):
    root = model(content)
    process, collaboration = root.find(BPMN + "process"), root.find(BPMN + "collaboration")
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    nodes = nodes_of(root)
    flows = {flow.get("id"): flow for flow in process.findall(BPMN + "sequenceFlow")}
    # Each flow joins two nodes, and these say so themselves.
    for name, flow in flows.items():
        source, target = nodes[flow.get("sourceRef")], nodes[flow.get("targetRef")]
        assert name in [one.text for one in source.findall(BPMN + "outgoing")]
        assert name in [one.text for one in target.findall(BPMN + "incoming")]
    said = [one.text for node in nodes.values() for tag in ("incoming", "outgoing") for one in node.findall(BPMN + tag)]
    assert sorted(said) == sorted([*flows, *flows])
    # Nodes begin with one start, every end is an end, and all lie on a way between the two.
    kinds = {name: node.tag.removeprefix(BPMN) for name, node in nodes.items()}
    assert list(kinds.values()).count("startEvent") == 1
    for name, kind in kinds.items():
        into, out = nodes[name].findall(BPMN + "incoming"), nodes[name].findall(BPMN + "outgoing")
        assert (kind == "startEvent") == (not into) and (kind == "endEvent") == (not out), name
        assert kind != "exclusiveGateway" or len(out) > 1
        assert kind in ("exclusiveGateway", "endEvent") or len(out) == 1
    reached, waiting = set(), ["start"]
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached.add(here)
            waiting += [flow.get("targetRef") for flow in flows.values() if flow.get("sourceRef") == here]
    assert reached == set(nodes)
    # Every node lies in one lane; messages join two pools.
    in_lanes = [ref.text for ref in process.iter(BPMN + "flowNodeRef")]
    assert sorted(in_lanes) == sorted(nodes)
    pools = {one.get("id"): one.get("processRef") for one in collaboration.findall(BPMN + "participant")}
    assert [ref for ref in pools.values() if ref] == [process.get("id")]
    for message in collaboration.findall(BPMN + "messageFlow"):
        ends = [message.get("sourceRef"), message.get("targetRef")]
        assert sum(end in pools for end in ends) == 1 and sum(end in nodes for end in ends) == 1


@pytest.mark.parametrize("content", [WHOLE, *SHIPPED[:6]], ids=lambda content: content.code)
def test_the_diagram_shows_everything(content):
    root = model(content)
    plane = root.find(f"{DI}BPMNDiagram/{DI}BPMNPlane")
    shapes = {shape.get("bpmnElement"): shape.find(DC + "Bounds") for shape in plane.findall(DI + "BPMNShape")}
    edges = {edge.get("bpmnElement"): edge.findall(DD + "waypoint") for edge in plane.findall(DI + "BPMNEdge")}
    lanes = {lane.get("id"): lane for lane in root.iter(BPMN + "lane")}
    pools = {pool.get("id") for pool in root.iter(BPMN + "participant")}
    assert set(shapes) == {*nodes_of(root), *lanes, *pools}
    assert set(edges) == {flow.get("id") for tag in ("sequenceFlow", "messageFlow") for flow in root.iter(BPMN + tag)}
    assert all(len(points) >= 2 for points in edges.values())

    def box(name):
        bounds = shapes[name]
        x, y, w, h = (float(bounds.get(key)) for key in ("x", "y", "width", "height"))
        return x, y, x + w, y + h

    for name, lane in lanes.items():
        left, top, right, bottom = box(name)
        for ref in lane.findall(BPMN + "flowNodeRef"):
            x, y, x2, y2 = box(ref.text)
            assert left <= x and top <= y and x2 <= right and y2 <= bottom, ref.text
    boxes = [box(name) for name in nodes_of(root)]
    for n, (x, y, x2, y2) in enumerate(boxes):
        for a, b, a2, b2 in boxes[n + 1 :]:
            assert x2 <= a or a2 <= x or y2 <= b or b2 <= y, "two nodes lie on each other"


def test_moves_become_what_the_standard_has_for_them():
    root = model(WHOLE)
    nodes = nodes_of(root)
    assert [name for name, node in nodes.items() if node.tag == BPMN + "userTask"] == [
        f"step_{key}" for key in ("receive", "assign", "handle", "sign", "return")
    ]
    flows = {(f.get("sourceRef"), f.get("targetRef")): f.get("name") for f in root.iter(BPMN + "sequenceFlow")}
    assert flows[("choice_assign", "step_sign")] == "Hồ sơ đơn giản"
    assert ("choice_sign", "step_receive") in flows and ("choice_sign", "end") in flows
    assert ("step_handle", "step_sign") in flows, "one way only: no gateway"
    assert ("choice_return", "end") in flows, "forward from the last step is the end"
    for kind in ("supplement", "finance"):
        asked, got = f"ask_{kind}_receive", f"got_{kind}_receive"
        assert nodes[asked].find(BPMN + "messageEventDefinition") is not None
        assert (asked, got) in flows and (got, "step_receive") in flows
    assert nodes["refused_sign"].tag == BPMN + "endEvent"
    messages = {(m.get("sourceRef"), m.get("targetRef")) for m in root.iter(BPMN + "messageFlow")}
    assert {("applicant", "start"), ("ask_supplement_receive", "applicant"), ("end", "applicant")} <= messages
    assert {("step_handle", "unit_1"), ("unit_2", "step_handle")} <= messages
    lanes = [lane.get("name") for lane in root.iter(BPMN + "lane")]
    assert lanes[0] == "Công chức một cửa · bộ phận một cửa" and len(lanes) == 4


def test_names_are_in_the_language_asked_for_and_escaped():
    assert nodes_of(model(WHOLE))["step_receive"].get("name") == "Tiếp nhận & kiểm tra <hồ sơ>"
    lanes = [lane.get("name") for lane in model(WHOLE, "en").iter(BPMN + "lane")]
    assert lanes[1] == "Head of the office · handling office"


@pytest.mark.parametrize("content", [WHOLE, *SHIPPED], ids=lambda content: content.code)
def test_the_picture_shows_every_step_within_its_bounds(content):
    svg = ElementTree.fromstring(picture(content.process, "vi"))
    ns = "{http://www.w3.org/2000/svg}"
    width, height = (float(svg.get(key)) for key in ("width", "height"))
    titles = [step.find(ns + "title").text for step in svg.iter(ns + "g")]
    assert titles == [step.title.vi for step in content.process.steps]
    for way in svg.iter(ns + "path"):
        if way.get("class").startswith("p-way"):
            numbers = [float(part) for part in way.get("d").replace("M", " ").replace("L", " ").split()]
            assert all(0 <= x <= width for x in numbers[::2]) and all(0 <= y <= height for y in numbers[1::2])
    boxes = [one for one in svg.iter(ns + "rect") if one.get("class") == "p-box"]
    assert len({(box.get("x")) for box in boxes}) == len(boxes), "each step has a column of its own"
    assert svg.get("role") == "img" and "bước" in svg.get("aria-label")
    assert not [one for one in svg.iter() if one.get("style")], "the policy of the pages forbids inline styles"


def test_the_picture_marks_what_leads_to_no_step():
    svg = picture(WHOLE.process, "vi")
    assert [svg.count(f'p-badge p-{kind}"') for kind in ("supplement", "finance", "refuse")] == [1, 1, 2]
    assert "Tiếp nhận &amp; kiểm tra &lt;hồ sơ&gt;" in svg
