import Kernels
import TokenStatistics

/// Passes over logits, on one core: in scoring each thread has rows of its own.
enum LogitCases {
  static var all: [Case] {
    [(rows: 256, vocabulary: 1_024), (rows: 32, vocabulary: 151_936)]
      .flatMap { rows, vocabulary in
        [
          pass("maximum", rows, vocabulary) { logits, _ in Double(LogitSums.maximum(logits)) },
          pass("exponentials", rows, vocabulary) { logits, _ in
            LogitSums.exponentials(logits, shift: 8).second
          },
          pass("divergences", rows, vocabulary, matrices: 2) { before, after in
            LogitSums.divergences(
              before: before, beforeLogPartition: 14, after: after, afterLogPartition: 14
            ).jensenShannon
          },
          statistics(rows, vocabulary),
          pass("exponentials, single", rows, vocabulary) { logits, _ in
            SinglePrecisionSums.exponentials(logits, shift: 8).second
          },
          pass("divergences, single", rows, vocabulary, matrices: 2) { before, after in
            SinglePrecisionSums.divergences(
              before: before, beforeLogPartition: 14, after: after, afterLogPartition: 14
            ).jensenShannon
          },
          statistics(rows, vocabulary, .single),
        ]
      }
  }

  /// Tokens in a slice, as scoring cuts them.
  private static let sliceSize = 3_072

  private static func work(_ rows: Int, _ vocabulary: Int, matrices: Int) -> Work {
    let count = Double(rows * vocabulary)
    return .logits(count: count, bytes: 4 * count * Double(matrices))
  }

  /// `body` for each slice of each row, with a second matrix's slice beside it.
  private static func pass(
    _ name: String, _ rows: Int, _ vocabulary: Int, matrices: Int = 1,
    _ body: @escaping (Span<Float>, Span<Float>) -> Double
  ) -> Case {
    Case(
      name: "\(name), \(rows)×\(vocabulary)", work: work(rows, vocabulary, matrices: matrices)
    ) {
      let first = Matrix(count: rows * vocabulary, scale: 8, seed: 1)
      let second = matrices == 1 ? first : Matrix(count: rows * vocabulary, scale: 8, seed: 2)
      return { iteration in
        first.vary(iteration)
        var sum = 0.0
        for row in 0..<rows {
          for start in stride(from: 0, to: vocabulary, by: sliceSize) {
            let range =
              row * vocabulary + start..<row * vocabulary + min(start + sliceSize, vocabulary)
            sum += apply(body, first.buffer, second.buffer, range)
          }
        }
        return sum
      }
    }
  }

  /// Everything about one model's rows: both passes with the ten most likely tokens.
  private static func statistics(
    _ rows: Int, _ vocabulary: Int, _ precision: TermPrecision = .double
  ) -> Case {
    Case(
      name:
        "all statistics of a model\(precision == .single ? ", single" : ""), \(rows)×\(vocabulary)",
      work: work(rows, vocabulary, matrices: 1)
    ) {
      let logits = Matrix(count: rows * vocabulary, scale: 8, seed: 1)
      return { iteration in
        logits.vary(iteration)
        var sum = 0.0
        for row in 0..<rows {
          var accumulator = DistributionAccumulator(
            target: Int32(row), topCount: 10, precision: precision)
          add(logits.buffer, row * vocabulary..<(row + 1) * vocabulary, to: &accumulator)
          sum += accumulator.finish().entropy
        }
        return sum
      }
    }
  }
}

// MARK: Slices of buffers

extension LogitCases {
  private static func apply(
    _ body: (Span<Float>, Span<Float>) -> Double, _ first: borrowing FloatBuffer,
    _ second: borrowing FloatBuffer, _ range: Range<Int>
  ) -> Double {
    body(first.span.extracting(range), second.span.extracting(range))
  }

  /// Both passes over a row.
  private static func add(
    _ logits: borrowing FloatBuffer, _ row: Range<Int>,
    to accumulator: inout DistributionAccumulator
  ) {
    let starts = stride(from: row.lowerBound, to: row.upperBound, by: sliceSize)
    for start in starts {
      accumulator.addFirstPass(
        logits.span.extracting(start..<min(start + sliceSize, row.upperBound)),
        firstToken: start - row.lowerBound)
    }
    for start in starts {
      accumulator.addSecondPass(
        logits.span.extracting(start..<min(start + sliceSize, row.upperBound)))
    }
  }
}
