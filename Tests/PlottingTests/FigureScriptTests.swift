import Plotting
import TestSupport
import Testing

@Suite struct FigureScriptTests {
  @Test func `script and data of every kind of series are as recorded`() throws {
    let text = try FigureScript(sampleFigure(), name: "sample")
    try expectGolden(text.script, "plotting/sample.gp")
    try expectGolden(text.data, "plotting/sample.tsv")
  }

  @Test(arguments: ["", "a/b", "../x", ".hidden", "-x", "a b", "ä", "x'y", "a\nb"])
  func `a name that is no file name everywhere is refused`(name: String) {
    #expect(throws: PlottingError.invalidName(name)) {
      try FigureScript(sampleFigure(), name: name)
    }
  }

  @Test func `a panel without a finite value is refused by its number`() throws {
    let panel = Panel(
      x: Axis("x"), y: Axis("y"), series: [Series(nil, .line(x: [1, 2], y: [.nan, .infinity]))])
    #expect(throws: PlottingError.nothingToDraw(figure: "empty", panel: 1, axis: "y")) {
      try FigureScript(Figure(title: "empty", caption: "", rows: [[panel]]), name: "empty")
    }
  }

  @Test func `values at or below zero alone cannot span a logarithmic axis`() throws {
    let panel = Panel(
      x: Axis("x", scale: .logarithmic), y: Axis("y"),
      series: [Series(nil, .line(x: [0, -1], y: [1, 2]))])
    #expect(throws: PlottingError.nothingToDraw(figure: "zero", panel: 1, axis: "x")) {
      try FigureScript(Figure(title: "zero", caption: "", rows: [[panel]]), name: "zero")
    }
  }

  @Test func `the height is the golden ratio of the column width unless stated`() throws {
    let panel = Panel(
      x: Axis("x"), y: Axis("y"), series: [Series(nil, .line(x: [1, 2], y: [1, 2]))])
    let expected: [(ColumnWidth, String)] = [
      (.single, "234,145"), (.text, "396,245"), (.full, "486,300"),
    ]
    for (width, size) in expected {
      let figure = Figure(title: "", caption: "", width: width, rows: [[panel]])
      let script = try FigureScript(figure, name: "x").script
      #expect(script.contains("set terminal svg size \(size) "))
    }
  }

  @Test func `a square panel is square in points`() throws {
    let panel = Panel(
      x: Axis("x", range: 0...1), y: Axis("y", range: 0...1),
      series: [Series(nil, .line(x: [0, 1], y: [0, 1]))])
    let figure = Figure(
      title: "", caption: "", height: .panelAspect(1), rows: [[panel]], legend: .none)
    let script = try FigureScript(figure, name: "x").script
    func number(_ start: String) throws -> Double {
      let line = try #require(script.split(separator: "\n").first { $0.contains(start) })
      return try #require(line.split(separator: " ").last.flatMap { Double($0) })
    }
    let size = try #require(script.firstMatch(of: #/svg size 234,(\d+) /#)?.1)
    let height = try #require(Double(size))
    let across = try (number("rmargin") - number("lmargin")) * 234
    let up = try (number("tmargin") - number("bmargin")) * height
    // The height of the figure is rounded to a whole point.
    expectClose(across, up, absolute: 0.51)
  }

  @Test func `equal names share one line of the legend`() throws {
    let series = Series("twice", .line(x: [1, 2], y: [1, 2]))
    let panel = Panel(x: Axis("x"), y: Axis("y"), series: [series])
    let script = try FigureScript(
      Figure(title: "", caption: "", rows: [[panel, panel]]), name: "x"
    ).script
    #expect(script.split(separator: "set label 'twice'").count == 2)
  }
}
