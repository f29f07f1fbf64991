package import StatisticalInference

/// Sums over each text's rows, from which means by token, by text and by prompt are made.
package struct TextSums: Sendable {
  /// Σx of each text.
  let sums: [CompensatedSum]
  /// Σx² of each text.
  let squares: [Double]
  /// Rows of each text.
  let counts: [Int]

  /// Adds up over all texts of a selection, whoever wrote them.
  init(_ rows: TokenRows, _ value: (Int) -> Double) {
    var (sums, squares, counts) = ([CompensatedSum](), [Double](), [Int]())
    for text in 0..<rows.lengths.count {
      var (sum, square) = (CompensatedSum(), 0.0)
      let range = rows.range(of: text)
      for entry in range {
        let x = value(Int(rows.indices[entry]))
        sum.add(x)
        square += x * x
      }
      sums.append(sum)
      squares.append(square)
      counts.append(range.count)
    }
    (self.sums, self.squares, self.counts) = (sums, squares, counts)
  }

  /// Sums of values that are at hand, each with its text from 0 on, ascending.
  package init(_ values: some Sequence<Double>, texts: [Int]) {
    let count = (texts.max() ?? -1) + 1
    var sums = [CompensatedSum](repeating: CompensatedSum(), count: count)
    var (squares, counts) = (
      [Double](repeating: 0, count: count), [Int](repeating: 0, count: count)
    )
    for (x, text) in zip(values, texts) {
      sums[text].add(x)
      squares[text] += x * x
      counts[text] += 1
    }
    (self.sums, self.squares, self.counts) = (sums, squares, counts)
  }
}

/// The three means that a statistic of tokens has, each with its interval over prompts.
///
/// They answer different questions: what a token drawn from all texts shows, what a text does, and
/// what a prompt does. Long texts lead the first, prompts with many texts the first two.
package struct Means: Sendable, Equatable {
  /// Each token counts the same: Σx/n; its design effect is of prompts as clusters.
  package let byToken: Estimate
  /// Each text counts the same: the mean of the texts' means.
  package let byText: Estimate
  /// Each prompt counts the same: the mean of the means over all tokens that answer it.
  package let byPrompt: Estimate

  /// - Parameters:
  ///   - sums: of all texts.
  ///   - texts: those that are meant.
  ///   - prompts: of all texts.
  ///   - promptCount: different prompts.
  ///   - range: of the quantity.
  ///   - isShare: whether each row counts wholly or not at all.
  init?(
    _ sums: TextSums, texts: [Int], prompts: [Int32], promptCount: Int,
    within range: ClosedRange<Double>? = nil, isShare: Bool = false
  ) {
    let range = isShare ? 0...1 : range
    var total = CompensatedSum()
    var (squares, count, textCount) = (0.0, 0, 0)
    var byToken = [CompensatedSum](repeating: CompensatedSum(), count: promptCount)
    var byText = byToken
    var tokens = [Double](repeating: 0, count: promptCount)
    var measured = tokens
    for text in texts where sums.counts[text] > 0 {
      let prompt = Int(prompts[text])
      total.add(sums.sums[text])
      byToken[prompt].add(sums.sums[text])
      byText[prompt].add(sums.sums[text].value / Double(sums.counts[text]))
      tokens[prompt] += Double(sums.counts[text])
      measured[prompt] += 1
      squares += sums.squares[text]
      count += sums.counts[text]
      textCount += 1
    }
    guard count > 0 else { return nil }
    var estimate = Estimate.ratio(
      byToken.map(\.value), over: tokens, within: range, isShare: isShare, observations: count,
      squares: squares)
    // Where numbers cancel, one total keeps digits that the prompts' rounded totals lose.
    estimate.value = total.value / Double(count)
    self.byToken = estimate
    self.byText = .ratio(
      byText.map(\.value), over: measured, within: range, observations: textCount)
    byPrompt = .mean(
      ofPrompts: zip(byToken, tokens).compactMap { $1 > 0 ? $0.value / $1 : nil },
      within: range, observations: count)
  }
}
