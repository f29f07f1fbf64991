import Reporting
import Testing

@Suite struct TokenFlowTests {
  @Test(arguments: [
    (" the", "·the"), ("\n\n", "¶¶"), ("\tx", "→x"), ("é", "é"), ("日本", "日本"), ("", "‹›"),
    ("\u{0}", "‹00›"), ("\u{202E}", "‹202e›"), ("\u{301}", "\u{25CC}\u{301}"), ("👍", "👍"),
  ])
  func `text is shown with its blanks and what can't be seen`(token: String, shown: String) {
    #expect(Array(TokenFlow.visible(Array(token.utf8)).utf8) == Array(shown.utf8))
  }

  @Test(
    arguments: [
      ([0xE2, 0x82], "‹e2›‹82›"), ([0xFF, 0x41], "‹ff›A"), ([0x41, 0xC3], "A‹c3›"),
      ([0xC0, 0x80], "‹c0›‹80›"), ([0xED, 0xA0, 0x80], "‹ed›‹a0›‹80›"),
      ([0xC3, 0xA9, 0xA9], "é‹a9›"),
    ] as [([UInt8], String)])
  func `bytes that are no text are shown one by one`(bytes: [UInt8], shown: String) {
    #expect(TokenFlow.visible(bytes) == shown)
  }

  @Test func `long tokens are cut`() {
    let shown = TokenFlow.visible(Array(repeating: 0x61, count: 500))
    #expect(shown.count == 28 && shown.hasSuffix("…"))
  }

  @Test func `lines break at the width and after a new line`() {
    let tokens = ["aaaa", "bbbb", "cc\n", "dd"].map { Array($0.utf8) }
    // Four cells of 4.2 points and padding are 19.2 points: two such boxes fit into 42.
    let flow = TokenFlow(tokens: tokens, width: 42)
    #expect(flow.places.map(\.line) == [0, 0, 1, 2])
    #expect(flow.lineCount == 3)
    #expect(flow.places[2].left == 0)
  }

  @Test(arguments: [60.0, 120, 235])
  func `no box leaves its line or touches another`(width: Double) {
    let tokens = (0..<200).map { Array(repeating: UInt8(0x61), count: 1 + $0 % 9) }
    let flow = TokenFlow(tokens: tokens, width: width)
    for (left, right) in zip(flow.places, flow.places.dropFirst()) {
      #expect(left.left + left.width <= width)
      #expect(right.line > left.line || right.left > left.left + left.width)
    }
  }
}
