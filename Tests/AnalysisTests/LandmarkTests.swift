import Analysis
import TestSupport
import Testing

@Suite struct LandmarkTests {
  static let categories = TokenCategories.standard

  private func distances(_ name: String, _ tokens: [String]) throws -> [Int?] {
    let index = try #require(Self.categories.landmarks.firstIndex { $0.name == name })
    return Self.categories.distances(of: index, inTokens: tokens.map { Array($0.utf8) })
  }

  @Test func `distances count tokens before, in and after`() throws {
    #expect(
      try distances("think tag", ["a", "<", "think", ">\n", "b", "c", "d", "</think>", "e"])
        == [-1, 0, 0, 0, 1, 2, -1, 0, 1])
    // In the middle between two, the earlier.
    #expect(try distances("answer mark", ["####", "a", "b", "c", "####"]) == [0, 1, 2, -1, 0])
    // Inside tokens.
    #expect(try distances("answer mark", ["so \\", "box", "ed{4", "}"]) == [0, 0, 0, 1])
    #expect(try distances("answer mark", ["a", "b"]) == [nil, nil])
    #expect(try distances("answer mark", []) == [])
    // A token without bytes is a step, or part of what it lies in.
    #expect(try distances("answer mark", ["", "##", "", "##", "", "x"]) == [-1, 0, 0, 0, 1, 2])
  }

  @Test func `a line's first token starts it`() throws {
    #expect(try distances("line start", ["a", " b", "\n", "c", "d"]) == [0, 1, -1, 0, 1])
    // The line end and the next line's text in one token; empty lines have no start.
    #expect(
      try distances("line start", ["a", ".\n\n", "\r\n", "  x", "y", "\n  "]) == [
        0, 1, -1, 0, 1, 0,
      ])
    #expect(try distances("line start", ["\n", "a"]) == [0, 0])
    #expect(try distances("line start", ["a", "b\n"]) == [0, 1])
  }

  /// Says the definition again, token by token over all landmarks.
  private static func slow(_ landmark: Landmark, _ tokens: [[UInt8]]) -> [Int?] {
    let bytes = tokens.flatMap(\.self)
    var owners: [Int] = []
    for (index, token) in tokens.enumerated() { owners += token.map { _ in index } }
    var spans: [ClosedRange<Int>] = []
    for start in bytes.indices {
      for text in landmark.texts where Array(bytes[start...].prefix(text.count)) == text {
        spans.append(owners[start]...owners[start + text.count - 1])
      }
      let isEnd = { (byte: UInt8) in byte == 10 || byte == 13 }
      if landmark.hasLineStarts, start == 0 || isEnd(bytes[start - 1]) && !isEnd(bytes[start]) {
        spans.append(owners[start]...owners[start])
      }
    }
    return tokens.indices.map { token in
      spans.map { span in
        span.contains(token)
          ? 0 : token < span.lowerBound ? token - span.lowerBound : token - span.upperBound
      }.min { (abs($0), -$0) < (abs($1), -$1) }
    }
  }

  @Test(arguments: 0..<300 as Range<UInt64>)
  func `distances are the slow version's`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let parts = [
      "<think>", "</think>", "####", "#", "\\boxed{", "Answer:", "answer is", "\n", "\n\n", "\r\n",
      "a",
      " b", "<", "/", "é", "ab", "aba", "\u{FFFD}", " ",
    ]
    let text = (0..<Int.random(in: 0...30, using: &random)).flatMap { _ in
      Array((parts.randomElement(using: &random) ?? "").utf8)
    }
    // Cut anywhere, also inside characters; some tokens have no bytes.
    var tokens: [[UInt8]] = []
    var rest = text[...]
    while !rest.isEmpty {
      let count = Int.random(in: 0...6, using: &random)
      tokens.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    let own = try TokenCategories(
      yaml: """
        landmarks:
          - {name: both, line-starts: true, texts: ['aba', 'ab']}
          - {name: long, texts: ['a b', '<', 'b#']}
        """, path: "a.yaml")
    for landmark in Self.categories.landmarks + own.landmarks {
      #expect(
        landmark.distances(inTokens: tokens) == Self.slow(landmark, tokens),
        "seed \(seed), \(landmark.name)")
    }
  }
}
