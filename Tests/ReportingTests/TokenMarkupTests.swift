import Foundation
import JSON
import Reporting
import Testing

/// Tokens and numbers as the page's markup and data.
@Suite struct TokenMarkupTests {
  @Test(arguments: [
    (0.0, ""), (0.049, ""), (-0.049, ""), (0.05, "u1"), (0.149, "u1"), (0.151, "u2"), (1, "u10"),
    (1.5, "u10"), (-0.05, "d1"), (-0.96, "d10"), (.nan, "x"), (.infinity, "x"),
  ])
  func `the class says direction and tenths`(change: Double, kind: String) {
    #expect(TokenMarkup.kind(ofChange: change) == kind)
  }

  @Test(arguments: [
    ("a", "a"), (" a", " a"), ("\n", "↵\n"), ("a\n\n", "a↵\n↵\n"), ("\u{200B}", "⟨200B⟩"),
    ("\u{200D}", "⟨U+200D⟩"), ("\u{301}", "◌\u{301}"), ("\u{94D}", "◌\u{94D}"),
    ("\u{FE0F}", "⟨U+FE0F⟩"), ("\u{3164}", "⟨U+3164⟩"), ("\u{202E}abc", "⟨202E⟩abc"),
    ("\u{1B}[2J", "⟨1B⟩[2J"), ("\0", "⟨00⟩"), ("e\u{301}", "e\u{301}"), ("👩‍👧", "👩‍👧"),
  ])
  func `every token has something to see`(token: String, shown: String) {
    #expect(Array(TokenMarkup.text(Array(token.utf8), id: 7).utf8) == Array(shown.utf8))
  }

  @Test func `bytes that are no text, and long ones`() {
    #expect(TokenMarkup.text([0xFF, 0x41], id: 7) == "⟨FF⟩A")
    #expect(TokenMarkup.text(nil, id: 7) == "⟨#7⟩")
    let long = TokenMarkup.text(Array(repeating: 0x61, count: 1_000_000), id: 7)
    #expect(long.count == 300 && long.contains("…"))
  }

  @Test(arguments: [
    (0.0, "0"), (-1.234_567, "-1.2346"), (-0.000_012_345_67, "-1.2346e-05"), (12_345.6, "12346"),
    (1_234_567, "1234600"), (.nan, "null"), (-.infinity, "null"), (1, "1"),
  ])
  func `numbers have five digits and are JSON`(value: Double, text: String) throws {
    #expect(TextNumbers.rounded(value, digits: 5) == text)
    _ = try JSONValue(parsing: Array("[\(text)]".utf8))
  }

  @Test func `rounding keeps what it says`() {
    for exponent in -40...30 {
      for mantissa in [1.0, 1.234_5, 9.999_96, 5.000_05] {
        let value = mantissa * pow(10, Double(exponent))
        let read = Double(TextNumbers.rounded(value, digits: 5)) ?? .nan
        #expect(abs(read - value) <= 0.500_001e-4 * value, "\(value): \(read)")
      }
    }
  }

  @Test(arguments: VisibleTextTests.hostile + ["</script><script>", "<!--", "\"\\", "é模🙂"])
  func `a string ends neither itself nor its element`(text: String) throws {
    let quoted = TextNumbers.quoted(text)
    #expect(!quoted.contains("<") && !quoted.contains("&"))
    #expect(!quoted.unicodeScalars.contains(where: VisibleText.isSteering))
    let read = try JSONValue(parsing: Array(quoted.utf8)).stringValue ?? ""
    #expect(Array(read.utf8) == Array(text.utf8))
  }
}
