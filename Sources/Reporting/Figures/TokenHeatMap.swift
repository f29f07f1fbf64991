package import Plotting

/// The tokens of one response as boxes in reading order, coloured by how their probability changed.
package enum TokenHeatMap {
  /// What one pair contributes.
  package struct Input: Sendable {
    /// The pair.
    package let pair: PairLabel
    /// q(y) − p(y) for each token, in [−1, 1]; NaN where not measured.
    package let changes: [Float]

    /// Joins a pair and its changes.
    package init(pair: PairLabel, changes: [Float]) {
      self.pair = pair
      self.changes = changes
    }
  }

  private static let name = "token heat map"
  private static let lineHeight = 11.5
  private static let boxHeight = 9.5
  private static let margins = Panel.Margins(left: 5, right: 5, top: 15, bottom: 2)

  /// Draws one panel for each pair; the panels show the same tokens and share their colours.
  ///
  /// - Parameters:
  ///   - response: the name of the response, for title and caption.
  ///   - tokens: the bytes of each token; they need not be valid UTF-8.
  ///   - inputs: one for each pair.
  ///   - limit: the most tokens shown; a note says how many there are.
  ///   - width: the column that the figure fills; both columns put pairs side by side.
  /// - Returns: the figure, as high as its lines need.
  /// - Throws: `FigureError`.
  package static func figure(
    response: String, tokens: [[UInt8]], _ inputs: [Input], limit: Int = 120,
    width: ColumnWidth = .full
  ) throws(FigureError) -> Figure {
    guard !inputs.isEmpty else { throw .noPairs(figure: name) }
    for input in inputs {
      guard input.changes.count == tokens.count else {
        throw .lengthsDiffer(
          figure: name, pair: input.pair.text, expected: tokens.count, found: input.changes.count)
      }
      guard input.changes.prefix(limit).contains(where: \.isFinite) else {
        throw .nothingMeasured(figure: name, pair: input.pair.text)
      }
    }
    // Rows of equal length: an odd number of pairs stands in one column.
    let columnCount = width == .single || inputs.count % 2 == 1 ? 1 : 2
    let panelWidth = width.points / Double(columnCount) - margins.left - margins.right
    let flow = TokenFlow(tokens: tokens.prefix(limit), width: panelWidth)
    let isCut = tokens.count > limit
    let panelHeight = Double(flow.lineCount + (isCut ? 1 : 0)) * lineHeight + 2
    let bound = colourBound(inputs, limit: limit)
    let axis = Axis("change of token probability Δp", range: -bound...bound)
    let panels = inputs.enumerated().map { number, input in
      Panel(
        title: input.pair.text(within: panelWidth, size: 9), x: .hidden(0...panelWidth),
        y: .hidden(0...panelHeight),
        series: [
          Series(nil, .boxes(boxes(flow, input.changes, panelHeight: panelHeight, bound: bound)))
        ],
        colours: ColourScale(
          palette: .diverging, axis: axis, bar: number == 0 ? .below : .none),
        note: isCut
          ? Panel.Note(
            ["first \(limit) of \(Number.count(tokens.count)) tokens"], at: .bottomLeft) : nil,
        margins: margins)
    }
    let rows = stride(from: 0, to: panels.count, by: columnCount).map { start in
      Array(panels[start..<min(start + columnCount, panels.count)])
    }
    return assembled(
      rows, pairs: inputs.map(\.pair), response: response, width: width, panelHeight: panelHeight,
      bound: bound)
  }

  private static func assembled(
    _ rows: [[Panel]], pairs: [PairLabel], response: String, width: ColumnWidth,
    panelHeight: Double,
    bound: Double
  ) -> Figure {
    let rowHeight = panelHeight + margins.top + margins.bottom
    return Figure(
      title: "Tokens of \(response) by change of probability",
      caption: """
        Tokens of the response \(response) in reading order. Colour: change of the probability of \
        the token, Δp = q(y) − p(y), where p is the model before and q the model after, both given \
        the same preceding tokens. Blue with a bar above: more likely after; orange with a bar \
        below: less likely (bars from |Δp| = \(FigureText.decimal(bound / 10, decimals: 3))). Hatched: \
        not measured. A dot marks a space, ¶ a new line, → a tabulator; bytes that are \
        no text stand in ‹ ›; □ in the PDF is a character that its fonts may lack. \
        Pairs: \(pairs.map(\.text).joined(separator: "; ")).
        """,
      width: width,
      height: .points(rowHeight * Double(rows.count) + 34), rows: rows, legend: .none)
  }

  private static func boxes(
    _ flow: TokenFlow, _ changes: [Float], panelHeight: Double, bound: Double
  ) -> [TextBox] {
    flow.places.enumerated().map { index, place in
      let change = Double(changes[index])
      let top = panelHeight - 1 - Double(place.line) * lineHeight
      let mark: TextBox.Mark =
        abs(change) >= bound / 10 ? (change > 0 ? .above : .below) : .none
      return TextBox(
        x: place.left, y: top - boxHeight, width: place.width, height: boxHeight,
        value: change.isFinite ? min(bound, max(-bound, change)) : .nan, text: place.text,
        mark: mark)
    }
  }

  /// A round number that no change exceeds.
  private static func colourBound(_ inputs: [Input], limit: Int) -> Double {
    let greatest = inputs.flatMap { $0.changes.prefix(limit) }.filter(\.isFinite)
      .reduce(0) { max($0, abs(Double($1))) }
    guard greatest > 0 else { return 1 }
    return [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5].first { $0 >= greatest } ?? 1
  }
}
