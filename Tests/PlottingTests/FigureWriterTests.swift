import Foundation
import Plotting
import TestSupport
import Testing

/// These run gnuplot itself; the package lists it among what it needs.
@Suite struct FigureWriterTests {
  private func read(_ file: URL) throws -> Data { try Data(contentsOf: file) }

  @Test func `the same figure gives the same bytes in another folder`() throws {
    try withTemporaryFolder { first in
      try withTemporaryFolder { second in
        let one = try sampleFigure().write(named: "sample", to: first)
        let two = try sampleFigure().write(named: "sample", to: second)
        #expect(try read(one.script) == read(two.script))
        #expect(try read(one.data) == read(two.data))
        #expect(try read(one.svg) == read(two.svg))
        #expect(try read(one.pdf) == read(two.pdf))
        let names = try FileManager.default.contentsOfDirectory(atPath: first.path).sorted()
        #expect(names == ["sample.gp", "sample.pdf", "sample.svg", "sample.tsv"])
      }
    }
  }

  @Test func `the script makes the drawing again by hand`() throws {
    try withTemporaryFolder { folder in
      let files = try sampleFigure().write(named: "sample", to: folder)
      let (svg, pdf) = (try read(files.svg), try read(files.pdf))
      try FileManager.default.removeItem(at: files.svg)
      try FileManager.default.removeItem(at: files.pdf)
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["LC_ALL=de_DE.UTF-8", "TZ=UTC", "gnuplot", "sample.gp"]
      process.currentDirectoryURL = folder
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      let again = try String(contentsOf: files.svg, encoding: .utf8)
      #expect(Data(FinishedSVG.finish(again, of: sampleFigure(), name: "sample").utf8) == svg)
      #expect(try UndatedPDF.blankDates(in: read(files.pdf)) == pdf)
    }
  }

  @Test func `title, definition, print size and fonts to fall back on are in the SVG`() throws {
    try withTemporaryFolder { folder in
      let files = try sampleFigure(name: "<m&m>").write(named: "sample", to: folder)
      let svg = try String(contentsOf: files.svg, encoding: .utf8)
      #expect(svg.contains("<title>Sample of &lt;m&amp;m&gt;</title>"))
      #expect(svg.contains("<desc>Everything at once, for &lt;m&amp;m&gt;.</desc>"))
      #expect(svg.contains(#"width="486pt" height="\#(Int(300 + 14))pt""#))
      #expect(svg.contains("Liberation Sans, Arial, Helvetica, sans-serif"))
      #expect(!svg.contains(#"font-family="Liberation Sans""#))
    }
  }

  @Test func `a box without a value is hatched, one with a value is not`() throws {
    func patterns(_ value: Double) throws -> Int {
      let boxes = [1, value].enumerated().map { index, value in
        TextBox(
          x: Double(index) * 20, y: 0, width: 19, height: 9, value: value, text: "url(#")
      }
      let panel = Panel(
        x: .hidden(0...40), y: .hidden(0...10), series: [Series(nil, .boxes(boxes))],
        colours: ColourScale(palette: .diverging, axis: Axis("", range: -1...1), bar: .none))
      return try withTemporaryFolder { folder in
        let figure = Figure(title: "", caption: "", rows: [[panel]])
        let files = try figure.write(named: "boxes", to: folder)
        let svg = try String(contentsOf: files.svg, encoding: .utf8)
        return svg.split(separator: "'url(#f_boxes_gpPat").count - 1
      }
    }
    #expect(try patterns(0) == 0)
    #expect(try patterns(.nan) == 1)
  }

  @Test func `identifiers of two figures do not meet in one page`() throws {
    func identifiers(_ name: String) throws -> Set<String> {
      try withTemporaryFolder { folder in
        let files = try sampleFigure().write(named: name, to: folder)
        let svg = try String(contentsOf: files.svg, encoding: .utf8)
        let defined = Set(svg.matches(of: #/ id ?= ?['"]([^'"]*)/#).map { String($0.output.1) })
        let used = Set(
          svg.matches(of: #/['(]#([a-z][A-Za-z0-9]*_[A-Za-z0-9_]+|gp[A-Za-z0-9]+)/#).map {
            String($0.output.1)
          })
        #expect(used.isSubset(of: defined), "\(used.subtracting(defined))")
        return defined
      }
    }
    #expect(try identifiers("one").isDisjoint(with: identifiers("two")))
  }

  @Test(arguments: hostileTexts)
  func `text is drawn as it is`(text: String) throws {
    try withTemporaryFolder { folder in
      let files = try sampleFigure(name: text).write(named: "hostile", to: folder)
      let svg = try String(contentsOf: files.svg, encoding: .utf8)
      let shown = GnuplotText.printable(text).trimmingCharacters(in: .whitespaces)
      let drawn = svg.split(separator: "<text").dropFirst().filter { element in
        let content = element.drop { $0 != ">" }.dropFirst().prefix { $0 != "<" }
        let plain = content.replacing("&lt;", with: "<").replacing("&gt;", with: ">")
          .replacing("&amp;", with: "&").trimmingCharacters(in: .whitespaces)
        return Array(plain.utf8) == Array(shown.utf8)
      }
      // As the title of a panel, in a note, in a box, in the legend and as a label.
      if !shown.isEmpty { #expect(drawn.count == 5) }
    }
  }

  @Test(arguments: [
    "`touch FILE`", "$(touch FILE)", "\"; system('touch FILE')", "'; system('touch FILE'); '",
    "''; system(\"touch FILE\") #", "' at 0,0; !touch FILE", "\n!touch FILE\n",
    "}; !touch FILE; {", "\\'; !touch FILE", "a''''; !touch FILE", "@FILE", "\"`touch FILE`\"",
  ])
  func `text that could be a command runs nothing`(text: String) throws {
    try withTemporaryFolder { folder in
      let victim = folder.appending(path: "hacked").path
      let command = text.replacing("FILE", with: victim)
      var figure = sampleFigure(name: command)
      // On the axes as well, where gnuplot reads markup.
      figure.rows[0][1].x.ticks = .at([Axis.Tick(0, command)])
      figure.rows[0][1].x.label = command
      try figure.write(named: "hostile", to: folder)
      #expect(!FileManager.default.fileExists(atPath: victim))
    }
  }

  @Test func `a machine without gnuplot is told how to get it`() throws {
    try withTemporaryFolder { folder in
      let error = try #require(throws: PlottingError.self) {
        try sampleFigure().write(named: "x", to: folder, searchPath: folder.path)
      }
      #expect(error == .gnuplotMissing)
      #expect(error.description.contains("apt-get install gnuplot-nox"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
  }

  @Test func `what gnuplot complains about is passed on in one line`() throws {
    try withTemporaryFolder { folder in
      let fake = folder.appending(path: "gnuplot")
      let program = """
        #!/bin/sh
        printf '\\n  set terminal pdfcairo\\n               ^\\n' >&2
        printf '         "x.gp" line 12: unknown or ambiguous terminal name\\n\\n' >&2
        exit 1
        """
      try Data(program.utf8).write(to: fake)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: fake.path)
      let error = try #require(throws: PlottingError.self) {
        try sampleFigure().write(named: "x", to: folder, searchPath: folder.path)
      }
      #expect(
        error.description
          == #"gnuplot failed on x.gp: "x.gp" line 12: unknown or ambiguous terminal name"#)
    }
  }

  @Test func `a folder that does not exist is named`() throws {
    try withTemporaryFolder { folder in
      let missing = folder.appending(path: "missing")
      let error = try #require(throws: PlottingError.self) {
        try sampleFigure().write(named: "x", to: missing)
      }
      #expect(error.description.hasPrefix(missing.path + "/x.gp: "))
      #expect(!error.description.contains("\n"))
    }
  }

  @Test func `dates in a PDF become zeros of the same length`() {
    let pdf = Data("x /CreationDate (D:20261121091545+01'00') y /ModDate (D:2026Z) 2026".utf8)
    let expected = "x /CreationDate (D:00000000000000+00'00') y /ModDate (D:0000Z) 2026"
    #expect(String(decoding: UndatedPDF.blankDates(in: pdf), as: UTF8.self) == expected)
  }

  @Test func `an unfinished date at the end of a file is no way out of it`() {
    let pdf = Data("/CreationDate (D:2026".utf8)
    #expect(
      String(decoding: UndatedPDF.blankDates(in: pdf), as: UTF8.self) == "/CreationDate (D:0000")
  }
}
