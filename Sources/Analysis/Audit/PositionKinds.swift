internal import RunLogs

extension PositionGrouping {
  /// By kind of token and of position, several groupings of the same positions.
  /// - Throws: `RunLogError` if the log can't be read.
  static func kinds(
    of pair: PairName, _ rows: TokenRows, in table: TokenTable
  ) throws -> [PositionGrouping] {
    []
  }
}
