/// The data beside a script: one block of tab-separated columns for each series.
///
/// Two empty lines part the blocks (gnuplot's `index`); `#` lines name block and columns.
struct DataFile {
  private(set) var text = ""
  private(set) var blockCount = 0

  /// Appends the values of a series and returns the number of its block.
  mutating func append(_ series: Series, panel: Int) -> Int {
    if blockCount > 0 { text += "\n\n" }
    let name = series.name.map { ": " + GnuplotText.printable($0) } ?? ""
    text += "# block \(blockCount), panel \(panel)\(name)\n"
    switch series.marks {
    case .line(let x, let y), .points(let x, let y):
      precondition(x.count == y.count, "\(x.count) x for \(y.count) y")
      appendRows(["x", "y"], [x, y])
    case .band(let x, let low, let high):
      precondition(x.count == low.count && x.count == high.count, "columns of a band differ")
      appendRows(["x", "low", "high"], [x, low, high])
    case .steps(let edges, let heights):
      precondition(edges.count == heights.count + 1, "\(edges.count) edges, \(heights.count) bins")
      // The last height again, at the last edge: that is where the last step ends.
      appendRows(["edge", "height"], [edges, heights + heights.suffix(1)])
    case .labels(let x, let y, let texts):
      precondition(x.count == y.count && x.count == texts.count, "columns of labels differ")
      text += "# x\ty\ttext\tportable text\n"
      for (index, label) in texts.enumerated() {
        text += NumberText.exact(x[index]) + "\t" + NumberText.exact(y[index])
        text += "\t" + GnuplotText.field(label)
        text += "\t" + GnuplotText.field(GnuplotText.portable(label)) + "\n"
      }
    case .density(let map): append(map)
    case .boxes(let boxes): append(boxes)
    }
    blockCount += 1
    return blockCount - 1
  }

  private mutating func appendRows(_ names: [String], _ columns: [[Double]]) {
    text += "# " + names.joined(separator: "\t") + "\n"
    for row in columns[0].indices {
      text += columns.map { NumberText.exact($0[row]) }.joined(separator: "\t") + "\n"
    }
  }

  private mutating func append(_ map: DensityMap) {
    let columnCount = max(0, map.xEdges.count - 1)
    text += "# x_low\tx_high\ty_low\ty_high\tvalue\n"
    for (index, value) in map.values.enumerated() where !value.isNaN {
      let (row, column) = index.quotientAndRemainder(dividingBy: columnCount)
      let numbers = [
        map.xEdges[column], map.xEdges[column + 1], map.yEdges[row], map.yEdges[row + 1], value,
      ]
      text += numbers.map(NumberText.exact).joined(separator: "\t") + "\n"
    }
  }

  private mutating func append(_ boxes: [TextBox]) {
    text += "# x_low\tx_high\ty_low\ty_high\tvalue\tmark (1 above, -1 below)\ttext\tportable text\n"
    for box in boxes {
      let mark =
        switch box.mark {
        case .none: 0.0
        case .above: 1.0
        case .below: -1.0
        }
      let numbers = [box.x, box.x + box.width, box.y, box.y + box.height, box.value, mark]
      text += numbers.map(NumberText.exact).joined(separator: "\t")
      text += "\t" + GnuplotText.field(box.text)
      text += "\t" + GnuplotText.field(GnuplotText.portable(box.text)) + "\n"
    }
  }
}
