internal import Files
package import Foundation

/// The four files of a figure.
package struct FigureFiles: Sendable, Equatable {
  /// `NAME.gp`, which makes the others again.
  package let script: URL
  /// `NAME.tsv`, the values.
  package let data: URL
  /// `NAME.svg`.
  package let svg: URL
  /// `NAME.pdf`.
  package let pdf: URL

  /// The four.
  package var all: [URL] { [script, data, svg, pdf] }
}

extension Figure {
  /// Draws the figure with gnuplot into `NAME.gp`, `.tsv`, `.svg` and `.pdf` of an existing folder.
  ///
  /// Each file is whole or absent under its name. The same figure gives the same bytes, whatever
  /// the folder, the time and the locale.
  ///
  /// - Throws: `PlottingError`.
  @discardableResult
  package func write(named name: String, to folder: URL) throws -> FigureFiles {
    try write(
      named: name, to: folder, searchPath: ProcessInfo.processInfo.environment["PATH"])
  }

  /// The same with a stated search path for gnuplot.
  package func write(
    named name: String, to folder: URL, searchPath: String?, timeLimit: Duration? = nil
  ) throws -> FigureFiles {
    let text = try FigureScript(self, name: name)
    let gnuplot = try Gnuplot(searchPath: searchPath)
    let workshop = FileManager.default.temporaryDirectory
      .appending(path: "figure-\(name)-\(UUID().uuidString)")
    try reporting(workshop) {
      try FileManager.default.createDirectory(at: workshop, withIntermediateDirectories: true)
    }
    defer { try? FileManager.default.removeItem(at: workshop) }
    let drafts = FigureFiles(name: name, in: workshop)
    try save(Data(text.script.utf8), to: drafts.script)
    try save(Data(text.data.utf8), to: drafts.data)
    try gnuplot.run(
      script: name + ".gp", in: workshop, outputs: [drafts.svg, drafts.pdf],
      timeLimit: timeLimit ?? Gnuplot.timeLimit)
    let svg = try reporting(drafts.svg) { try String(contentsOf: drafts.svg, encoding: .utf8) }
    let pdf = try reporting(drafts.pdf) { try Data(contentsOf: drafts.pdf) }

    let files = FigureFiles(name: name, in: folder)
    try save(Data(text.script.utf8), to: files.script)
    try save(Data(text.data.utf8), to: files.data)
    try save(Data(FinishedSVG.finish(svg, of: self, name: name).utf8), to: files.svg)
    try save(UndatedPDF.blankDates(in: pdf), to: files.pdf)
    return files
  }

  private func save(_ bytes: Data, to file: URL) throws {
    let target = try Destination(file.relativePath).target
    try reporting(file) { try bytes.write(to: URL(filePath: target), options: .atomic) }
  }

  private func reporting<Result>(_ file: URL, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      let known = FileError(error, path: file.relativePath)
      if [.noSpace, .fileSizeLimit].contains(known.fault) {
        throw PlottingError.noSpace(path: known.path)
      }
      throw PlottingError.file(path: known.path, reason: known.reason)
    }
  }
}

extension FigureFiles {
  /// Where a figure of that name would go.
  package init(name: String, in folder: URL) {
    script = folder.appending(path: name + ".gp")
    data = folder.appending(path: name + ".tsv")
    svg = folder.appending(path: name + ".svg")
    pdf = folder.appending(path: name + ".pdf")
  }
}

/// What gnuplot's SVG lacks: title, description, a size in print, and fonts to fall back on.
package enum FinishedSVG {
  package static func finish(_ svg: String, of figure: Figure, name: String) -> String {
    var lines = svg.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    // The head only: the same words in the text of a figure stay as they are.
    for (index, line) in lines.enumerated().prefix(12) {
      if line.hasPrefix("<title>") {
        lines[index] = "<title>\(GnuplotText.xml(figure.title))</title>"
      } else if line.hasPrefix("<desc>") {
        lines[index] = "<desc>\(GnuplotText.xml(figure.caption))</desc>"
      } else if line.hasPrefix(" width=") {
        // Units of the drawing are points; gnuplot leaves them pixels.
        lines[index] = line.replacing("\" height", with: "pt\" height").dropLast() + "pt\""
      }
    }
    let identifier = FigureScript.identifier(name)
    for (index, line) in lines.enumerated() {
      let isText = ["\t\t<text", "<desc", "<title"].contains(where: line.hasPrefix)
      if !isText { lines[index] = renamed(line, prefix: identifier) }
    }
    return lines.joined(separator: "\n")
      .replacing("font-family=\"Liberation Sans\"", with: sans)
      .replacing("font-family=\"Liberation Mono\"", with: monospaced)
  }

  /// Markers, patterns and filters have the same names in every file; in one page they must not.
  private static func renamed(_ line: String, prefix: String) -> String {
    // gnuplot titles each series with its identifier, which browsers show under the pointer.
    if line.hasPrefix("\t<g id=\"f_"), let title = line.firstRange(of: "<title>") {
      return String(line[..<title.lowerBound])
    }
    if line == "<g id=\"gnuplot_canvas\">" { return "<g id=\"\(prefix)\">" }
    // Most lines are boxes without a name, and there are thousands.
    let isNamed = line.hasPrefix("\t<") || line.hasPrefix("\t\t<pattern")
    guard isNamed || line.utf8.contains(UInt8(ascii: "#")) else { return line }
    return line.replacing("'#gp", with: "'#\(prefix)_gp")
      .replacing("(#gp", with: "(#\(prefix)_gp")
      .replacing("id='", with: "id='\(prefix)_")
  }

  private static let sans = "font-family=\"Liberation Sans, Arial, Helvetica, sans-serif\""
  private static let monospaced =
    "font-family=\"Liberation Mono, DejaVu Sans Mono, Courier New, monospace\""
}

/// A PDF without the time at which it was made.
package enum UndatedPDF {
  /// Overwrites dates with zeros of the same length, so that the file's offsets stay right.
  package static func blankDates(in pdf: Data) -> Data {
    var bytes = [UInt8](pdf)
    for key in ["/CreationDate (D:", "/ModDate (D:"] {
      let pattern = Array(key.utf8)
      guard bytes.count > pattern.count else { continue }
      var start = 0
      while start + pattern.count < bytes.count {
        guard bytes[start] == pattern[0], bytes[start..<(start + pattern.count)] == pattern[...]
        else {
          start += 1
          continue
        }
        start += pattern.count
        // Digits only: what follows them (Z, +01'00') is the zone.
        while start < bytes.count, bytes[start] != UInt8(ascii: ")") {
          if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[start]) {
            bytes[start] = UInt8(ascii: "0")
          }
          start += 1
        }
      }
    }
    return Data(bytes)
  }
}
