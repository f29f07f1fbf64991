package import Analysis
internal import StatisticalInference

extension SeriesReport {
  /// `series.json`, and what `report --series --json` prints; Data/Schemas/series.schema.json is its schema.
  package struct Document: Encodable {
    let page: String
    package let runs: [Run]
    let notes: [String]

    package struct Run: Encodable {
      let number: Int
      let name, path: String
      let kind: RunSummary.Kind
      let model: String
      let base: String?
      let weights, evaluation: String
      let created: String?
      let passCount, steps: Int?
      let isBaseline: Bool
      package let values: [RunSummary.Value]
      let gaps: [RunSummary.Gap]
      let looks: [RunSummary.Look]
    }
  }

  /// All numbers.
  ///
  /// - Parameter page: where the HTML page is.
  /// - Returns: what is written as JSON.
  package func document(page: String) -> Document {
    Document(
      page: page,
      runs: places.map { place in
        let summary = place.run.summary
        return .init(
          number: place.number, name: place.name, path: place.run.path, kind: summary.kind,
          model: summary.model, base: summary.base, weights: summary.weights,
          evaluation: summary.evaluation, created: summary.created,
          passCount: summary.passCount, steps: summary.steps, isBaseline: place.isBaseline,
          values: summary.values, gaps: summary.gaps, looks: summary.looks)
      }, notes: notes)
  }
}
