package import Files

extension SparedFiles {
  /// Refuses a log's name unless a log may go there; one of ours may be replaced anywhere.
  ///
  /// - Parameter path: of the log.
  /// - Throws: `DestinationError`.
  package func check(log path: String) throws(DestinationError) {
    try check(
      path, companions: ["partial", "journal"],
      isOwn: { (try? LogKind(path: $0)) != nil })
  }
}
