"""Work begun in a process of its own: with our own command and numbers, and nothing is lost where none can begin."""

import subprocess
import sys

from minhbach.org import processes


def test_a_command_gets_a_process_of_its_own(settings, monkeypatch):
    begun = []
    settings.TESTING = False
    monkeypatch.setattr(subprocess, "Popen", lambda command, **more: begun.append((command, more["start_new_session"])))
    processes.begin("indices_publish", 7)
    assert begun == [([sys.executable, "-m", "django", "indices_publish", "7"], True)]


def test_where_none_can_begin_the_page_goes_on_and_it_is_noted(settings, monkeypatch, caplog):
    def refuse(command, **more):
        raise OSError("too many processes")

    settings.TESTING = False
    monkeypatch.setattr(subprocess, "Popen", refuse)
    processes.begin("indices_publish", 7)
    assert "indices_publish (7,) could not be begun" in caplog.text and "too many processes" in caplog.text
