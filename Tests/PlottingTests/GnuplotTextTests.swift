import Plotting
import Testing

@Suite struct GnuplotTextTests {
  @Test func `single quotes stand alone and nothing else changes in labels`() {
    #expect(
      GnuplotText.quoted(#"it's \n `x` "y" _^{}@&~ #"#)
        == #"'it'."'".'s \n `x` "y" _^{}@&~ #'"#)
    #expect(GnuplotText.quoted("''") == #""'"."'""#)
    #expect(GnuplotText.quoted("") == "''")
  }

  @Test func `markup characters are escaped where markup is read`() {
    #expect(
      GnuplotText.quotedForMarkup(#"a_b^{c}@d&e~f\g'h"#) == #"'a\_b\^\{c\}\@d\&e\~f\\g'."'".'h'"#)
    #expect(GnuplotText.quotedForMarkup("10 % wrong") == "'10 %% wrong'")
  }

  @Test func `fields of data keep backslashes, quotes and blanks at their ends`() {
    #expect(GnuplotText.field(#" a\b "c"  "#) == #"\040a\\b \042c\042\040\040"#)
    #expect(GnuplotText.field("") == #"\040"#)
    #expect(GnuplotText.field("  ") == #"\040\040"#)
  }

  @Test func `no text breaks a line, controls a terminal or turns the writing round`() {
    #expect(GnuplotText.printable("a\nb\tc") == "a b c")
    #expect(
      GnuplotText.printable("\r\u{1B}[31m\u{0}\u{202E}\u{85}")
        == "\u{FFFD}\u{FFFD}[31m\u{FFFD}\u{FFFD}\u{FFFD}")
  }

  @Test func `characters that PDF fonts may lack become boxes, one for each`() {
    #expect(GnuplotText.portable("né → 日本 👍🏽!") == "né → □□ □!")
    #expect(GnuplotText.label("plain é") == "'plain é'")
    #expect(GnuplotText.label("日") == "(format eq 'svg' ? '日' : '□')")
  }

  @Test func `comments stay comments, line by line`() {
    let long = Array(repeating: "word", count: 60).joined(separator: " ") + "\nplot 1"
    let lines = GnuplotText.comment(long)
    #expect(lines.allSatisfy { $0.hasPrefix("# ") && $0.count <= 96 })
    #expect(lines.last == "# plot 1")
  }

  @Test func `angle brackets and ampersands are escaped in XML`() {
    #expect(GnuplotText.xml("<a & b>") == "&lt;a &amp; b&gt;")
  }
}
