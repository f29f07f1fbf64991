/// A figure as a gnuplot script with its data file, both as text.
package struct FigureScript: Sendable, Equatable {
  /// The name of the files, without extension.
  package let name: String
  /// The text of `NAME.gp`.
  package let script: String
  /// The text of `NAME.tsv`.
  package let data: String

  /// Lays a figure out and writes it down.
  ///
  /// - Throws: `PlottingError.invalidName`, `.nothingToDraw`.
  package init(_ figure: Figure, name: String) throws(PlottingError) {
    guard !name.isEmpty, name.first != ".", name.first != "-", name.utf8.count <= 100,
      name.utf8.allSatisfy(Self.isAllowed)
    else { throw .invalidName(name) }
    let layout = try Layout(figure)
    var data = DataFile()
    var lines = Self.opening(figure, name: name, layout: layout)
    for (index, placed) in layout.panels.enumerated() {
      let commands = PanelCommands(placed, layout: layout)
      lines += ["", "  # panel \(index + 1)"]
      lines += commands.settings().map { "  " + $0 }
      if index == 0 { lines += commands.legend(layout.legend, in: layout).map { "  " + $0 } }
      lines += commands.plot(file: name + ".tsv", panel: index + 1, data: &data).map { "  " + $0 }
    }
    lines += ["", "  unset multiplot", "  set output", "}", ""]
    self.name = name
    script = lines.joined(separator: "\n")
    self.data = data.text
  }

  /// What the identifiers inside the SVG start with, so that several can stand in one page.
  static func identifier(_ name: String) -> String {
    "f_" + name.map { $0.isLetter || $0.isNumber ? $0 : "_" }
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private static func opening(_ figure: Figure, name: String, layout: Layout) -> [String] {
    let (width, height) = (NumberText.exact(layout.width), NumberText.exact(layout.height))
    let font = "font '\(Typography.fontFamily),9'"
    var lines = GnuplotText.comment(figure.title)
    lines += ["#"]
    lines += GnuplotText.comment(figure.caption)
    lines += [
      "#",
      "# Run in this folder, gnuplot 5.4 or newer:  gnuplot \(name).gp",
      "# It reads \(name).tsv and writes \(name).svg and \(name).pdf.",
      "",
      "set encoding utf8",
      "do for [format in 'svg pdf'] {",
      "  if (format eq 'svg') {",
      "    set terminal svg size \(width),\(height) fixed enhanced \(font) dashlength 2"
        + " name '\(identifier(name))' background '#ffffff'",
      "    text_column = 7",
      "  } else {",
      // pdfcairo counts type at 96 dots per inch, lines at half a point, dashes at 0.275.
      "    set terminal pdfcairo size \(width)./72,\(height)./72 enhanced \(font) fontscale 0.75"
        + " linewidth 2 dashlength 3.636 background '#ffffff'",
      "    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG",
      "    text_column = 8",
      "  }",
      "  set output '\(name).'.format",
      "  set multiplot",
    ]
    return lines
  }
}
