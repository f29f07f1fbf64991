extension TokenLog {
  /// The error of a column that isn't a number in a row that the log marks as measured.
  ///
  /// - Parameters:
  ///   - row: the token's in the log.
  ///   - column: of models or of pairs.
  ///   - owner: the model's or the pair's name.
  /// - Returns: of kind `.damaged`.
  package func notANumber(
    atRow row: Int, of column: TokenLogColumn, owner: String
  ) -> RunLogError {
    RunLogError(
      .damaged, path,
      "\(column.path(of: owner)) is not a number in row \(row), which is marked as measured: the file is "
        + "damaged, or was written by another tool: make it again")
  }
}
