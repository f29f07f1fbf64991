import Foundation

/// One problem of a file: a question in words, the worked answer, and the number it ends in.
package struct WordProblem: Sendable, Equatable {
  /// A part of the worked answer.
  enum Part: Sendable, Equatable {
    /// As it stands in the file.
    case text(String)
    /// A calculation, which the file has in double angle brackets before its result.
    case calculation(expression: String, result: String)
  }

  let question: String
  /// The worked answer, lines joined by line ends, without the last one.
  let parts: [Part]
  /// What stands after `####`, trimmed.
  let answer: String

  /// A problem whose parts are known.
  init(question: String, parts: [Part], answer: String) {
    (self.question, self.parts, self.answer) = (question, parts, answer)
  }

  /// Reads a question and an answer; nil if the answer doesn't end in one number after `####`.
  init?(question: String, answer text: String) {
    let bytes = Array(text.utf8)
    guard
      case .answer(_, let answer) = AnswerText.find(in: bytes, markers: ["####"], endOfText: ""),
      DecimalText.normalized(answer, .everyday) != nil,
      let marker = text.range(of: "####")
    else { return nil }
    self.question = Self.trimmed(question)
    self.answer = String(decoding: answer, as: UTF8.self)
    parts = Self.parts(of: Self.trimmed(String(text[..<marker.lowerBound])))
  }

  /// The calculations.
  package var calculations: [(expression: String, result: String)] {
    parts.compactMap { part in
      if case .calculation(let expression, let result) = part { (expression, result) } else { nil }
    }
  }

  /// The worked answer as people read it.
  var plainWork: String { Self.text(of: parts) }

  /// Texts as they stand; of calculations nothing, as their results follow in the text.
  static func text(of parts: [Part]) -> String {
    parts.map { if case .text(let text) = $0 { text } else { "" } }.joined()
  }

  private static func trimmed(_ text: String) -> String {
    String(decoding: AnswerText.trimmed(Array(text.utf8)[...]), as: UTF8.self)
  }

  private static func parts(of text: String) -> [Part] {
    var parts: [Part] = []
    var rest = text[...]
    while let start = rest.range(of: "<<"), let end = rest[start.upperBound...].range(of: ">>") {
      parts.append(.text(String(rest[..<start.lowerBound])))
      let sides = rest[start.upperBound..<end.lowerBound].split(separator: "=")
      if sides.count == 2 {
        parts.append(.calculation(expression: String(sides[0]), result: String(sides[1])))
      }
      rest = rest[end.upperBound...]
    }
    return parts + [.text(String(rest))]
  }
}

extension WordProblem {
  /// The worked answer with some wrong results, which later lines go on with, and its last number.
  ///
  /// A result that goes wrong is replaced in all that follows, and later calculations of whole
  /// numbers are worked anew.
  func corrupted(
    _ probability: Double, using generator: inout CounterGenerator
  ) -> (work: String, answer: String, corruptedSteps: Int) {
    var (parts, answer, corrupted, hasChanged) = (parts, answer, 0, false)
    for index in parts.indices {
      guard case .calculation(let expression, let result) = parts[index],
        let old = Int64(result)
      else { continue }
      // The file's own results stand as long as nothing before them changed.
      var new = hasChanged ? Self.value(of: expression) ?? old : old
      if generator.chance(probability) {
        new += generator.element(of: [-10, -2, -1, 1, 2, 10])
        corrupted += 1
      }
      guard new != old else { continue }
      hasChanged = true
      for later in parts.indices[(index + 1)...] {
        parts[later] = Self.replacing(result, by: "\(new)", in: parts[later])
      }
      answer = Self.replacing(result, by: "\(new)", in: answer)
    }
    return (Self.text(of: parts), answer, corrupted)
  }

  private static func value(of expression: String) -> Int64? {
    let found = try? ExpressionParser.evaluate(Array(expression.utf8), maximumNumbers: 32)
    guard let value = found?.value, value.denominator == 1 else { return nil }
    return value.numerator
  }

  private static func replacing(_ old: String, by new: String, in part: Part) -> Part {
    switch part {
    case .text(let text): .text(replacing(old, by: new, in: text))
    case .calculation(let expression, let result):
      // Its result is looked up by what the file says, and replaced when its turn comes.
      .calculation(expression: replacing(old, by: new, in: expression), result: result)
    }
  }

  /// Replaces a number where it stands alone, not where it is a part of a longer one.
  private static func replacing(_ old: String, by new: String, in text: String) -> String {
    let (bytes, pattern) = (Array(text.utf8), Array(old.utf8))
    var result: [UInt8] = []
    var place = 0
    while place < bytes.count {
      let end = place + pattern.count
      let isAlone =
        (place == 0 || !isNumeral(bytes[place - 1]))
        && (end >= bytes.count || !AnswerText.isDigit(bytes[end]))
        && !(end + 1 < bytes.count && isNumeral(bytes[end]) && AnswerText.isDigit(bytes[end + 1]))
      if isAlone, end <= bytes.count, bytes[place..<end].elementsEqual(pattern) {
        result += new.utf8
        place = end
      } else {
        result.append(bytes[place])
        place += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func isNumeral(_ byte: UInt8) -> Bool {
    AnswerText.isDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",")
  }
}

extension Problem {
  /// A problem of a file, of which only the answer is known.
  package init(prompt: String, answer: String) {
    self.init(
      prompt: prompt, canonicalPrompt: prompt, answer: answer,
      content: .word(WordProblem(question: prompt, parts: [], answer: answer)))
  }
}
