import Reporting
import Testing

/// Text from files, in each kind of output.
@Suite struct VisibleTextTests {
  static let hostile = [
    "\u{1B}[31mred", "\u{1B}]0;title\u{7}", "a\nb", "a\r\nb", "a\u{85}b", "a\u{9B}b", "\u{202E}abc",
    "\u{2066}abc\u{2069}", "a\u{2028}b", "\0", "a\tb", "\u{7F}", "\u{FEFF}a", "\u{E0041}",
  ]

  @Test(arguments: hostile)
  func `what steers is spelled out`(text: String) {
    let shown = VisibleText.escaped(text)
    #expect(!shown.unicodeScalars.contains(where: VisibleText.isSteering))
    #expect(shown.contains("\\u{"))
  }

  @Test(arguments: ["plain", "β → 模型 é e\u{301}", "👩‍👩‍👧", "می‌خواهم", "\\u{1b}"])
  func `what is only seen stays`(text: String) {
    #expect(Array(VisibleText.escaped(text).utf8) == Array(text.utf8))
  }

  @Test(arguments: hostile)
  func `a table's rows stay one line each`(text: String) {
    let table = Table(
      title: text, caption: text, columns: [.init(text, .text, text), .init("n", .count, "")],
      rows: [[.text(text), .count(1)], [.text(text), .count(2)]])
    for (kind, whole, lines) in [("Markdown", table.markdown, 8), ("LaTeX", table.latex, 12)] {
      #expect(
        whole.split(separator: "\n", omittingEmptySubsequences: false).count == lines, "\(kind)")
      let rest = whole.unicodeScalars.filter { $0 != "\n" }
      #expect(!rest.contains(where: VisibleText.isSteering), "\(kind)")
    }
  }

  @Test func `shortened in the middle, by characters`() {
    #expect(VisibleText.shortened("abcdefghij", to: 10) == "abcdefghij")
    #expect(VisibleText.shortened("abcdefghijk", to: 10) == "abcdef…ijk")
    #expect(VisibleText.shortened(String(repeating: "é", count: 10), to: 10).count == 10)
  }
}
