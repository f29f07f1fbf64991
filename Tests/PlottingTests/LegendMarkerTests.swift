import Foundation
import Plotting
import TestSupport
import Testing

/// The legend of lines that are told apart by dashes and markers.
@Suite struct LegendMarkerTests {
  private func figure(hasPoints: Bool) -> Figure {
    let styles = [
      Style(colour: .blue, marker: .square), Style(colour: .blue, dash: .dashed, marker: .ring),
    ]
    return Figure(
      title: "t", caption: "c",
      rows: [
        [
          Panel(
            x: Axis("x"), y: Axis("y"),
            series: zip(["one", "two"], styles).flatMap { name, style in
              [Series(name, style: style, .line(x: [0, 1], y: [0, 1]))]
                + (hasPoints ? [Series(name, style: style, .points(x: [0], y: [0]))] : [])
            })
        ]
      ])
  }

  @Test func `a line with points of its name has a marker in the legend`() throws {
    let plain = try FigureScript(figure(hasPoints: false), name: "a").script
    #expect(!plain.contains("set label '' at screen"))
    let script = try FigureScript(figure(hasPoints: true), name: "a").script
    let markers = script.split(separator: "\n").filter { $0.contains("set label '' at screen") }
    #expect(markers.count == 2)
    #expect(markers[0].contains("pointtype 5 ") && markers[1].contains("pointtype 6 "))
  }

  @Test func `neighbours of one colour keep their dashes`() throws {
    try withTemporaryFolder { folder in
      let files = try figure(hasPoints: false).write(named: "a", to: folder)
      let svg = try String(contentsOf: files.svg, encoding: .utf8)
      // One in the panel, one in the legend.
      #expect(svg.split(separator: "stroke-dasharray='5.0,2.0'").count == 3)
    }
  }
}
