/// A dump of another program, or an engine's responses, from which a model's numbers were imported.
package struct SourceRecord: Codable, Sendable, Equatable {
  /// What `import` calls the format.
  package var format: String
  /// The file's name without the folder.
  package var fileName: String
  /// Names of the columns that the log has of the model, bounds among them.
  package var columns: [String]
  /// By what logits were divided; nil if nobody says.
  package var temperature: Double?
  /// "raw": the model's own log-probabilities over the full vocabulary; "processed": after penalties,
  /// temperature and truncation; "unknown".
  package var processing: String
  /// Whether ids are the source's; else they were found by the bytes of its tokens.
  package var hasIDs: Bool
  /// Whether the source says which tokens count as the response's.
  package var hasMask: Bool
  /// The smallest step of its log-probabilities relative to their size.
  package var precision: Double

  /// A source.
  package init(
    format: String, fileName: String, columns: [String], temperature: Double?, processing: String,
    hasIDs: Bool, hasMask: Bool, precision: Double
  ) {
    (self.format, self.fileName, self.columns) = (format, fileName, columns)
    (self.temperature, self.processing) = (temperature, processing)
    (self.hasIDs, self.hasMask, self.precision) = (hasIDs, hasMask, precision)
  }
}

extension TokenLogHeader {
  /// Whether the log has a column of a model.
  func has(_ column: TokenLogColumn, of model: ModelRecord) -> Bool {
    if column.name.hasPrefix("topk/"), topK == 0 { return false }
    guard let source = model.source else { return !TokenLogColumn.bounds.contains(column) }
    return column.name == "unmeasured" || source.columns.contains(column.name)
  }

  /// Whether the log's pairs have a column.
  func has(_ column: TokenLogColumn) -> Bool {
    pairColumns?.contains(column.name) ?? !TokenLogColumn.bounds.contains(column)
  }
}
