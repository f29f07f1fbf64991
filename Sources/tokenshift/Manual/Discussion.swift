/// A command's discussion, cut into the sections of a manual page: lines of mdoc.
struct Discussion {
  private(set) var description: [String] = []
  private(set) var exitCodes: [String] = []
  private(set) var examples: [String] = []

  private enum Section {
    case description
    case exitCodes
    case examples
  }

  /// - Parameter text: paragraphs, separated by empty lines; indented lines are kept as they are.
  init(_ text: String) {
    var paragraph: [Substring] = []
    // The last paragraph ends as the others do.
    for line in (text + "\n").split(separator: "\n", omittingEmptySubsequences: false) {
      if !line.isEmpty {
        paragraph.append(line)
      } else if !paragraph.isEmpty {
        add(paragraph)
        paragraph = []
      }
    }
  }

  private mutating func add(_ paragraph: [Substring]) {
    let isExample = paragraph[0].hasPrefix("Example")
    let section: Section =
      isExample ? .examples : paragraph[0].hasPrefix("Exit code") ? .exitCodes : .description
    // "Examples:" is the section's title.
    let shown =
      isExample && paragraph[0].hasSuffix(":") && paragraph.count > 1
        && !paragraph[0].contains(",") ? paragraph.dropFirst() : paragraph[...]
    var lines: [String] = []
    var isLiteral = false
    for line in shown {
      let isIndented = line.hasPrefix("  ")
      if isIndented != isLiteral { lines.append(isIndented ? ".Bd -literal -offset Ds" : ".Ed") }
      isLiteral = isIndented
      lines += isIndented ? [Roff.literal(String(line.dropFirst(2)))] : Roff.filled(String(line))
    }
    if isLiteral { lines.append(".Ed") }
    switch section {
    case .description: description += (description.isEmpty ? [] : [".Pp"]) + lines
    case .exitCodes: exitCodes += (exitCodes.isEmpty ? [] : [".Pp"]) + lines
    case .examples: examples += (examples.isEmpty ? [] : [".Pp"]) + lines
    }
  }
}
