public import RunLogs

extension TokenLog {
  /// Who wrote the texts, in the order of their first; empty text for unknown.
  /// - Throws: `RunLogError` if the log can't be read.
  public func distinctSources() throws -> [String] {
    var known = Set<String>()
    return try strings(.source).filter { known.insert($0).inserted }
  }
}
