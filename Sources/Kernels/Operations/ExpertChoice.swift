import Foundation

/// Which experts the rows of a matrix go through, and with which shares.
///
/// With the router's logits z of a row, p = softmax(z); the row goes through the experts with the
/// largest p, and the share of expert i is pᵢ, or pᵢ divided by the sum of p over those. Among equal
/// logits the first come first.
package struct ExpertChoice: Sendable {
  /// Experts of a row.
  package let usedCount: Int
  /// `[rows, usedCount]`, each row's in ascending order.
  package let experts: [Int32]
  /// `[rows, usedCount]`; NaN for a row with a logit that isn't finite.
  package let shares: [Float]

  /// Rows of one piece of work.
  private static let blockRows = 64

  /// Chooses.
  ///
  /// - Parameters:
  ///   - logits: `[rows, expertCount]`.
  ///   - expertCount: how many there are.
  ///   - usedCount: how many a row goes through, at most `expertCount`.
  ///   - normalisesShares: whether the shares of a row add up to 1.
  package init(
    logits: Span<Float>, expertCount: Int, usedCount: Int, normalisesShares: Bool
  ) {
    precondition(
      expertCount > 0 && (1...expertCount).contains(usedCount)
        && logits.count % expertCount == 0,
      "ExpertChoice: \(usedCount) of \(expertCount) experts for \(logits.count) logits")
    let rows = logits.count / expertCount
    let blocks = Parallel.map((rows + Self.blockRows - 1) / Self.blockRows) { block in
      var chosen: [Chosen] = []
      for row in block * Self.blockRows..<min((block + 1) * Self.blockRows, rows) {
        chosen += Self.choose(
          logits.extracting(row * expertCount..<(row + 1) * expertCount), usedCount,
          normalisesShares)
      }
      return chosen
    }
    self.usedCount = usedCount
    experts = blocks.flatMap { $0.map(\.expert) }
    shares = blocks.flatMap { $0.map(\.share) }
  }

  private struct Chosen {
    let expert: Int32
    var share: Float
  }

  private static func choose(
    _ logits: Span<Float>, _ usedCount: Int, _ normalisesShares: Bool
  ) -> [Chosen] {
    // The largest so far, in descending order; of numbers that aren't any, the first stay.
    var largest: [Chosen] = []
    for expert in logits.indices {
      let logit = logits[expert]
      if largest.count == usedCount {
        guard logit > largest[usedCount - 1].share else { continue }
        largest.removeLast()
      }
      var place = largest.count
      while place > 0, logit > largest[place - 1].share { place -= 1 }
      largest.insert(Chosen(expert: Int32(expert), share: logit), at: place)
    }
    let top = largest[0].share
    var sum = 0.0
    if normalisesShares {
      for chosen in largest { sum += Double(exp(chosen.share - top)) }
      // A number that isn't any makes all shares so, also where it was not chosen.
      for expert in logits.indices where !logits[expert].isFinite { sum += Double.nan }
    } else {
      for expert in logits.indices { sum += Double(exp(logits[expert] - top)) }
    }
    for index in largest.indices {
      largest[index].share = Float(Double(exp(largest[index].share - top)) / sum)
    }
    return largest.sorted { $0.expert < $1.expert }
  }

  /// stream += share · output for each choice whose output is there, a row's in the order of experts.
  ///
  /// - Parameters:
  ///   - outputs: `[slots.count, width]`: what experts made of rows.
  ///   - slots: the places of these outputs.
  ///   - slotOfChoice: `[rows, usedCount]`: the place of each choice's output.
  ///   - stream: `[rows, width]`.
  package func add(
    _ outputs: Span<Float>, slots: Range<Int>, slotOfChoice: [Int32],
    to stream: inout MutableSpan<Float>
  ) {
    let rows = experts.count / usedCount
    guard rows > 0, !slots.isEmpty else { return }
    let width = stream.count / rows
    precondition(
      outputs.count == slots.count * width && slotOfChoice.count == experts.count,
      "ExpertChoice: \(outputs.count) elements for \(slots.count) rows of \(width)")
    RowBlocks.forEach(of: &stream, rows: rows, width: width, blockRows: 16) { block, elements in
      unsafe outputs.withUnsafeBufferPointer { outputs in
        unsafe elements.withUnsafeMutableBufferPointer { elements in
          guard let from = outputs.baseAddress, let to = elements.baseAddress else { return }
          for choice in block.lowerBound * usedCount..<block.upperBound * usedCount {
            let slot = Int(slotOfChoice[choice])
            guard slots.contains(slot) else { continue }
            let row = choice / usedCount - block.lowerBound
            let source = unsafe from + (slot - slots.lowerBound) * width
            let (target, share) = unsafe (to + row * width, shares[choice])
            for column in 0..<width { unsafe target[column] += share * source[column] }
          }
        }
      }
    }
  }
}
