/* Draws {% chart %}: figures in the container's JSON, colours from the style sheet, no HTML tooltips (CSP). */
(function () {
  'use strict';
  var style = getComputedStyle(document.documentElement);
  function token(name) { return style.getPropertyValue(name).trim(); }
  var PAPER = 680;  // the width of an A4 page between its margins, in px
  var calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;

  function palette() {
    return ['--chart-1', '--chart-2', '--chart-3', '--chart-4', '--chart-5'].map(token);
  }

  function options(data, language, narrow) {
    if (data.options) { return data.options; }
    var places = data.places === undefined ? 2 : data.places;
    var format = new Intl.NumberFormat(language, { maximumFractionDigits: places });
    var unit = data.unit ? ' ' + data.unit : '';
    function written(value) { return value === null || value === undefined ? '–' : format.format(value) + unit; }
    var flat = data.kind === 'hbar' || data.kind === 'stacked';
    var text = { color: token('--ink'), fontFamily: token('--font-text'), fontSize: 13 };
    var category = {
      type: 'category', data: data.categories, inverse: flat, axisTick: { show: false },
      axisLine: { lineStyle: { color: token('--line-strong') } },
      axisLabel: Object.assign({}, text, flat ? { width: narrow ? 110 : 210, overflow: 'break', lineHeight: 17 } : { hideOverlap: true })
    };
    var value = {
      type: 'value', max: data.maximum === undefined ? null : Number(data.maximum), min: data.minimum === undefined ? null : Number(data.minimum),
      splitLine: { lineStyle: { color: token('--line') } },
      axisLabel: Object.assign({}, text, { color: token('--ink-soft'), formatter: function (v) { return format.format(v); } })
    };
    var series = data.series.map(function (one, index) {
      var colour = one.tone ? token('--tone-' + one.tone) : palette()[index % 5];
      var numbers = one.values.map(function (v) { return v === null || v === '' ? null : Number(v); });
      var drawn = { name: one.name, data: numbers, color: colour, emphasis: { disabled: true } };
      if (data.kind === 'line') {
        Object.assign(drawn, {
          type: 'line', symbol: ['circle', 'rect', 'triangle', 'diamond', 'pin'][index % 5], symbolSize: 8, lineStyle: { width: 2.5, type: ['solid', 'dashed', 'dotted'][index % 3] }
        });
      } else {
        Object.assign(drawn, {
          type: 'bar', stack: data.kind === 'stacked' ? 'all' : null, barMaxWidth: 22, barGap: '12%',
          itemStyle: { borderRadius: data.kind === 'stacked' ? 0 : flat ? [0, 3, 3, 0] : [3, 3, 0, 0] },
          label: {
            show: data.kind !== 'stacked' && data.labels !== false && data.series.length < 3, position: flat ? 'right' : 'top', color: token('--ink'), fontFamily: token('--font-figures'), fontSize: 12.5,
            formatter: function (p) { return format.format(p.value); }
          }
        });
        if (one.pattern) { drawn.itemStyle.decal = { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -0.7, color: 'rgba(255,255,255,0.65)' }; }
      }
      return drawn;
    });
    return {
      animation: !calm, animationDuration: 300, textStyle: text, aria: { enabled: false },
      grid: { left: 4, right: data.kind === 'hbar' ? 52 : 14, top: data.series.length > 1 ? 42 : 22, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
      legend: data.series.length > 1 ? { top: 0, left: 0, itemGap: 18, textStyle: text, itemWidth: 16, itemHeight: 11 } : undefined,
      tooltip: { renderMode: 'richText', trigger: 'axis', axisPointer: { type: data.kind === 'line' ? 'line' : 'shadow' }, valueFormatter: written, textStyle: text, confine: true },
      xAxis: flat ? value : category, yAxis: flat ? category : value, series: series
    };
  }

  function draw(container) {
    if (container.dataset.drawn) { return; }
    container.dataset.drawn = '1';
    var data = JSON.parse(container.querySelector('script').textContent);
    container.hidden = false;
    var canvas = document.createElement('div');
    canvas.className = 'chart-canvas';
    container.appendChild(canvas);
    var chart = window.echarts.init(canvas, null, { renderer: 'svg' });
    function paint(size) {
      chart.resize(size);
      chart.setOption(options(data, container.dataset.language, chart.getWidth() < 520), true);
      // Paper may be narrower than what was drawn: with this the picture shrinks, else it is cut off.
      canvas.querySelector('svg').setAttribute('viewBox', '0 0 ' + chart.getWidth() + ' ' + chart.getHeight());
    }
    paint();
    var height = chart.getHeight();
    new ResizeObserver(function () {
      if (!window.matchMedia('print').matches) { paint(); height = chart.getHeight(); }
    }).observe(container);
    window.addEventListener('beforeprint', function () { paint({ width: PAPER, height: height }); });
    window.addEventListener('afterprint', function () { paint(); });
  }

  window.minhbach = window.minhbach || {};
  window.minhbach.draw = draw;
})();
