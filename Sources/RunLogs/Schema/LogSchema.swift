/// The version of all three kinds of log.
///
/// 1.1 of token logs: ids that not all models have, per model why a token is not measured, shards,
/// skipped lines; of training logs: rollouts. 2.0: no strings of variable length, so that all of a
/// file is under checksums; long attributes are datasets beside their object. 2.1 of token logs: moved
/// mass, pairs in a second precision, which may be of some texts only. 2.2 of token logs: imported
/// models, which lack columns and may have bounds instead; a scoring temperature that nobody knows.
enum LogSchema {
  static let version = "2.2"
  private static let majors = 1...2

  /// Refuses a major version that isn't known.
  ///
  /// - Parameters:
  ///   - version: as the log says it.
  ///   - path: the log's.
  ///   - fix: what to do with a log that is older than all known ones.
  /// - Throws: `RunLogError` of kind `.damaged` or `.newerSchema`.
  static func check(_ version: String, _ path: String, orElse fix: String) throws(RunLogError) {
    guard let major = Int(version.prefix { $0 != "." }), major >= 0 else {
      throw RunLogError(.damaged, path, "the schema's version '\(version)' is none")
    }
    guard majors.contains(major) else {
      throw RunLogError(
        .newerSchema, path,
        "written by schema \(version), this TokenShift reads 1.x and 2.x: "
          + (major > majors.upperBound ? "update TokenShift" : fix))
    }
  }
}
