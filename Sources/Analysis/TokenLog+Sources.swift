public import RunLogs

extension TokenLog {
  /// Who wrote the texts, in the order of their first; empty text for unknown.
  /// - Throws: `RunLogError` if the log can't be read.
  public func distinctSources() throws -> [String] {
    var known = Set<String>()
    return try strings(.source).filter { known.insert($0).inserted }
  }

  /// The sources with most texts: all in the order of their first, or where there are more than `limit`
  /// the largest in order of size.
  ///
  /// - Parameter limit: at most so many.
  /// - Returns: the sources, and how many are left out.
  /// - Throws: `RunLogError` if the log can't be read.
  public func largestSources(_ limit: Int) throws -> (sources: [String], omittedCount: Int) {
    let all = try distinctSources()
    guard all.count > limit else { return (all, 0) }
    var sizes: [String: Int] = [:]
    for source in try strings(.source) { sizes[source, default: 0] += 1 }
    // Ties go to the first, so that a report is the same every time.
    let largest = all.enumerated().sorted { a, b in
      let (x, y) = (sizes[a.element] ?? 0, sizes[b.element] ?? 0)
      return x == y ? a.offset < b.offset : x > y
    }
    return (largest.prefix(limit).map(\.element), all.count - limit)
  }
}
