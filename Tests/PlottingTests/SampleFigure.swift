import Plotting

/// Text that would do harm, or vanish, if it were not escaped.
let hostileTexts = [
  "a_b^{c}@x&y~z", "it's", #"say "hi""#, #"back\slash \n"#, "`touch hacked`", "$(touch hacked)",
  "@macro", "%s %d", "# no comment", "}{", "<b>&amp;</b>", "tab\tline\nend", "\u{202E}reversed",
  "日本語 👍🏽", "é ü ß", "", " blank ", "NaN", "12", "?", "'", "''", "\"", "\\",
]

/// A figure with every kind of series.
func sampleFigure(name: String = "model") -> Figure {
  let x = [0.0, 1, 2, 3, 4]
  let curves = Panel(
    title: name, subtitle: "a subtitle", x: Axis("time", unit: "s"),
    y: Axis("size", unit: "m", scale: .logarithmic),
    series: [
      Series(
        "band", style: SeriesRole.srft.style,
        .band(x: x, low: x.map { $0 + 1 }, high: x.map { $0 + 4 })),
      Series(name, style: SeriesRole.sft.style, .line(x: x, y: [1, 10, .nan, 200, 0.5])),
      Series("points", style: SeriesRole.rl.style, .points(x: x, y: [5, 6, 7, 8, 1e-3])),
    ], note: Panel.Note([name, "second line"], at: .bottomRight))
  let histogram = Panel(
    x: Axis("change", range: -1...1), y: Axis("tokens", scale: .logarithmic, range: 0.7...100),
    series: [
      Series("steps", style: SeriesRole.rl.style, .steps(edges: [-1, 0, 1], heights: [0, 50]))
    ])
  let map = Panel(
    x: Axis("before"), y: Axis("after"),
    series: [
      Series(
        nil,
        .density(DensityMap(xEdges: [0, 1, 2], yEdges: [0, 1, 2], values: [1, .nan, 10, 100])))
    ],
    colours: ColourScale(
      palette: .sequential, axis: Axis("count", scale: .logarithmic, range: 1...100), bar: .right))
  let boxes = Panel(
    x: .hidden(0...100), y: .hidden(0...20),
    series: [
      Series(
        nil,
        .boxes([
          TextBox(x: 0, y: 5, width: 40, height: 10, value: 0.5, text: name, mark: .above),
          TextBox(x: 41, y: 5, width: 40, height: 10, value: .nan, text: "none"),
        ])),
      Series(nil, .labels(x: [20, 60], y: [18, 2], texts: [name, "a label"])),
    ],
    colours: ColourScale(palette: .diverging, axis: Axis("Δp", range: -1...1), bar: .below))
  return Figure(
    title: "Sample of \(name)", caption: "Everything at once, for \(name).", width: .full,
    height: .points(300), rows: [[curves, histogram], [map, boxes]], rowWeights: [2, 1])
}
