import Reporting
import TestSupport
import Testing

@Suite struct TokenTextTests {
  @Test(
    arguments: [
      (" the", "␣the"), ("\n", "↵"), ("a\tb\r", "a⇥b␍"), ("\u{0}", "⟨00⟩"),
      ("\u{1B}[31m", "⟨1B⟩[31m"),
      ("\u{A0}", "⟨U+A0⟩"), ("\u{202E}abc", "⟨U+202E⟩abc"), ("日本", "日本"), ("👩‍🔬", "👩⟨U+200D⟩🔬"),
    ])
  func `a token in a table shows its white space and control characters`(
    token: String, expected: String
  ) {
    #expect(TokenText.shown(Array(token.utf8), id: 0) == expected)
  }

  @Test func `bytes that are no text are written as numbers`() {
    // The first two bytes of 日, a lone continuation byte, an overlong slash, a surrogate.
    #expect(TokenText.shown([0xE6, 0x97], id: 0) == "⟨E6⟩⟨97⟩")
    #expect(TokenText.shown([0x61, 0x80], id: 0) == "a⟨80⟩")
    #expect(TokenText.shown([0xC0, 0xAF], id: 0) == "⟨C0⟩⟨AF⟩")
    #expect(TokenText.shown([0xED, 0xA0, 0x80], id: 0) == "⟨ED⟩⟨A0⟩⟨80⟩")
  }

  @Test func `a token without bytes is shown by its id`() {
    #expect(TokenText.shown(nil, id: 7) == "#7")
    #expect(TokenText.shown([], id: 7) == "#7")
    #expect(TokenText.flowing(nil, id: 7) == "⟨#7⟩")
  }

  @Test func `a long token is cut`() {
    #expect(TokenText.shown(Array("abcdef".utf8), id: 0, limit: 6) == "abcdef")
    #expect(TokenText.shown(Array("abcdefg".utf8), id: 0, limit: 6) == "abcde…")
  }

  @Test func `running text keeps its line breaks and nothing that could rewrite a terminal`() {
    let text = "a\n\tb\u{1B}]0;x\u{7}\r\u{202E}"
    #expect(TokenText.flowing(Array(text.utf8), id: 0) == "a\n\tb⟨1B⟩]0;x⟨07⟩⟨0D⟩⟨202E⟩")
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `any bytes give some text without control characters`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<2_000 {
      let bytes = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      let text = TokenText.shown(bytes, id: 0)
      #expect(!text.isEmpty, "seed \(seed), bytes \(bytes)")
      let controls = text.unicodeScalars.filter { $0.properties.generalCategory == .control }
      #expect(controls.isEmpty, "seed \(seed), bytes \(bytes)")
    }
  }
}
