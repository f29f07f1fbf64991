internal import Files
internal import Foundation
package import Reporting
internal import StatisticalInference

/// The tables of a study and what its seeds say about its claims; as JSON with the runs themselves.
///
/// Everything is made from the runs' measures: no checkpoint is read.
package struct StudyReport: Encodable {
  /// What was measured.
  package enum Subject: Sendable {
    /// A study's runs over seeds.
    case study
    /// Somebody's checkpoints, without seeds, with the table of how far they are from base.
    case series(shift: Table)

    var isSeries: Bool { if case .series = self { true } else { false } }
  }

  private let summary: StudySummary
  private let faults: [String]
  private let cautions: [String]
  private let namedTables: [(name: StudyTables.Name, table: Table)]
  /// What the seeds say about each claim, in their order.
  package let answers: [ClaimAnswer]

  /// All parts given; nothing is written.
  ///
  /// - Parameters:
  ///   - summary: the runs.
  ///   - claims: nil for those of `StudyClaims.standard`.
  ///   - regime: where methods can be told apart.
  ///   - reference: the run that tables compare the others with; nil for `srft`, where there is one.
  ///   - variants: runs that are another one with some keys changed, with that one's name.
  ///   - published: another one's numbers, to stand beside these.
  ///   - provoked: failures that were provoked, from the runs' logs.
  ///   - subject: what was measured.
  package init(
    _ summary: StudySummary, claims: StudyClaims? = nil, regime: StudyRegime = StudyRegime(),
    reference: String? = nil, variants: [String: String] = [:], published: PublishedNumbers? = nil,
    provoked: Table? = nil, subject: Subject = .study
  ) {
    self.summary = summary
    let claims = claims ?? .standard(among: summary.names)
    faults = regime.faults(of: summary)
    answers = claims.answers(from: summary, isSaturated: !faults.isEmpty)
    cautions = regime.cautions(of: summary) + summary.twins
    let reference = reference ?? "srft"
    namedTables =
      StudyTables(
        summary: summary, faults: faults, cautions: cautions,
        reference: summary.names.contains(reference) ? reference : nil, variants: variants,
        answers: answers, level: claims.level, provoked: provoked, published: published,
        subject: subject
      ).all
  }

  /// Those that have something to show.
  package var tables: [Table] { namedTables.map(\.table) }

  /// Whether methods can be told apart.
  package var isSaturated: Bool { !faults.isEmpty }

  /// The claims with what the seeds say, a line each.
  package var answerLines: [String] {
    faults.map { "saturated: \($0)" }
      + answers.map { answer in
        let number = answer.estimate.map { ", \(Phrase.text($0))" } ?? ""
        return "\(answer.claim.sentence) \(answer.claim.name): \(answer.words)\(number)"
      }
  }

  /// All tables, one below the other.
  package var markdown: String {
    let heading =
      isSaturated
      ? [(["## Saturated", ""] + faults.map { "- \($0)." }).joined(separator: "\n")] : []
    let notes = cautions.isEmpty ? [] : [cautions.map { "- \($0)." }.joined(separator: "\n")]
    return (heading + notes + tables.map(\.markdown)).joined(separator: "\n\n") + "\n"
  }

  // MARK: Files

  /// Folder and files that `write` makes, in the study's folder.
  package static var fileNames: [String] {
    ["study.md", "study.json"]
      + StudyTables.Name.allCases.flatMap { name in
        ["txt", "tex", "csv"].map { "tables/\(name.rawValue).\($0)" }
      }
  }

  /// Writes `study.md`, `study.json`, and each table as text, LaTeX and CSV in `tables`.
  ///
  /// - Parameters:
  ///   - folder: which is there.
  ///   - heading: Markdown that `study.md` begins with.
  /// - Throws: an error of the file that can't be written.
  package func write(to folder: String, heading: String = "") throws {
    try OutputFile.write(heading + markdown, to: folder + "/study.md")
    try OutputFile.write(try JSONText.text(of: self) + "\n", to: folder + "/study.json")
    try Folder.create(folder + "/tables")
    for (name, table) in namedTables {
      let path = "\(folder)/tables/\(name.rawValue)"
      let lines = [table.title, ""] + table.lines(width: .max) + ["", table.describedCaption, ""]
      try OutputFile.write(lines.joined(separator: "\n"), to: path + ".txt")
      try OutputFile.write(table.latex + "\n", to: path + ".tex")
      var csv = ""
      _ = try TableExport(table).write(as: .csv) { csv += String(decoding: $0, as: UTF8.self) }
      try OutputFile.write(csv, to: path + ".csv")
    }
  }

  // MARK: JSON

  private enum CodingKeys: CodingKey { case runs, tables, claims, saturated, cautions }

  private struct Answer: Encodable {
    let answer: ClaimAnswer

    enum CodingKeys: String, CodingKey {
      case name, sentence, source, measure, run, against, compare, direction, margin, answer, note
      case estimate, seeds
      case againstMeasure = "against_measure"
      case probability = "p"
      case threshold
      case seedsNeeded = "seeds_needed"
    }

    func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      let claim = answer.claim
      try values.encode(claim.name, forKey: .name)
      try values.encode(claim.sentence, forKey: .sentence)
      try values.encode(claim.source, forKey: .source)
      try values.encode(claim.measure.description, forKey: .measure)
      try values.encode(claim.run, forKey: .run)
      try values.encodeIfPresent(claim.against, forKey: .against)
      try values.encodeIfPresent(claim.againstMeasure?.description, forKey: .againstMeasure)
      try values.encode(claim.compare, forKey: .compare)
      try values.encode(claim.direction, forKey: .direction)
      try values.encode(claim.margin, forKey: .margin)
      try values.encode(answer.outcome, forKey: .answer)
      try values.encode(answer.note, forKey: .note)
      try values.encode(answer.estimate, forKey: .estimate)
      try values.encode(answer.probability, forKey: .probability)
      try values.encode(answer.threshold, forKey: .threshold)
      try values.encode(answer.seeds, forKey: .seeds)
      try values.encode(answer.seedsNeeded, forKey: .seedsNeeded)
    }
  }

  /// Runs as they were measured, tables of estimates over seeds, claims, why the study is saturated, and what
  /// leaves little to tell.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(summary.runs, forKey: .runs)
    try values.encode(tables, forKey: .tables)
    try values.encode(answers.map(Answer.init), forKey: .claims)
    try values.encode(faults, forKey: .saturated)
    try values.encode(cautions, forKey: .cautions)
  }
}
