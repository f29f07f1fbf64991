package import StatisticalInference

/// Numbers inside a sentence.
package enum Phrase {
  /// `1 figure`, `1,536 responses`.
  package static func count(_ count: Int, _ noun: String) -> String {
    "\(Number.count(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  /// `0.0123 nats [0.0101, 0.0145]`; "–" for nil; `between 0.01 and 0.02 nats` where only ends are known.
  package static func text(
    _ estimate: Estimate?, _ format: Table.Format = .number, unit: String = ""
  ) -> String {
    if let estimate, estimate.value.isNaN, let interval = estimate.interval {
      let ends = [interval.lowerBound, interval.upperBound].map { end in
        CellText(format == .share ? .share(end) : .number(end), format).value
      }
      return (["between \(ends[0]) and \(ends[1])"] + (unit.isEmpty ? [] : [unit]))
        .joined(separator: " ")
    }
    let text = CellText(.estimate(estimate), format)
    return [text.value, unit, text.interval].filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// `12.3 % [10.1, 14.5]`.
  package static func share(_ estimate: Estimate?) -> String { text(estimate, .share) }

  /// A text in lines of at most so many characters, broken at spaces; a longer word has its own line.
  package static func lines(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count < width, word.count < width - last.count {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
