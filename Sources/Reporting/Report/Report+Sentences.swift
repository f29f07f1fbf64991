extension Report {
  /// What each pair of each log comes to, in a sentence.
  package var sentences: [String] { sections.flatMap(\.leads) }
}
