/// A table of texts, written as HTML, Markdown or LaTeX.
public struct Table: Sendable, Equatable, Codable {
  /// What the table shows.
  public var title: String
  /// Definitions and units of its columns.
  public var caption: String
  /// Heads of the columns.
  public var columns: [String]
  /// Cells; each row as long as `columns`.
  public var rows: [[String]]
  /// How many columns at the left hold words; the others hold numbers and are set flush right.
  public var wordColumns: Int

  /// A table.
  public init(
    title: String, caption: String, columns: [String], rows: [[String]], wordColumns: Int = 1
  ) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "\(title): rows of unequal length")
    self.title = title
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.wordColumns = wordColumns
  }

  /// A pipe table with its title above and its caption below.
  public var markdown: String {
    func line(_ cells: [String]) -> String {
      "| " + cells.map(Self.escapedForMarkdown).joined(separator: " | ") + " |"
    }
    let rule = columns.indices.map { $0 < wordColumns ? "---" : "--:" }
    return
      ([
        "### \(Self.escapedForMarkdown(title))", "", line(columns),
        "| " + rule.joined(separator: " | ") + " |",
      ]
      + rows.map(line) + ["", Self.escapedForMarkdown(caption)]).joined(separator: "\n")
  }

  /// A `table` environment with booktabs' rules.
  public var latex: String {
    func line(_ cells: [String]) -> String {
      "  " + cells.map(Self.escapedForLatex).joined(separator: " & ") + " \\\\"
    }
    let shape = columns.indices.map { $0 < wordColumns ? "l" : "r" }.joined()
    return
      ([
        "\\begin{table}", "\\centering",
        "\\caption{\(Self.escapedForLatex(title)). \(Self.escapedForLatex(caption))}",
        "\\begin{tabular}{\(shape)}", "  \\toprule", line(columns), "  \\midrule",
      ] + rows.map(line) + ["  \\bottomrule", "\\end{tabular}", "\\end{table}"])
      .joined(separator: "\n")
  }

  static func escapedForMarkdown(_ text: String) -> String {
    String(
      VisibleText.escaped(text).flatMap { "\\|<>*_`[]&~$".contains($0) ? ["\\", $0] : [$0] })
  }

  /// Text as Markdown's code, whatever backquotes it has.
  static func codeInMarkdown(_ text: String) -> String {
    let text = VisibleText.escaped(text)
    let runs = text.split { $0 != "`" }
    let fence = String(repeating: "`", count: (runs.map(\.count).max() ?? 0) + 1)
    return fence.count == 1 ? "`\(text)`" : "\(fence) \(text) \(fence)"
  }

  private static func escapedForLatex(_ text: String) -> String {
    VisibleText.escaped(text).map { latexReplacements[$0] ?? String($0) }.joined()
  }

  private static let latexReplacements: [Character: String] = [
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#",
    "%": "\\%", "_": "\\_", "^": "\\textasciicircum{}", "~": "\\textasciitilde{}",
    "<": "\\textless{}", ">": "\\textgreater{}", "|": "\\textbar{}", "−": "$-$", "→": "$\\to$",
    "Δ": "$\\Delta$", "Σ": "$\\Sigma$", "∞": "$\\infty$", "≥": "$\\ge$", "≤": "$\\le$",
    "½": "$\\frac12$", "‖": "$\\Vert$", "·": "$\\cdot$", "–": "--", "…": "\\dots{}",
    "␣": "\\textvisiblespace{}", "↵": "$\\hookleftarrow$", "⇥": "$\\mapsto$",
    "⟨": "$\\langle$", "⟩": "$\\rangle$", "²": "$^2$", "\"": "''",
    "⁻": "$^{-}$", "⁰": "$^0$", "¹": "$^1$", "³": "$^3$", "⁴": "$^4$", "⁵": "$^5$", "⁶": "$^6$",
    "⁷": "$^7$", "⁸": "$^8$", "⁹": "$^9$",
  ]
}
