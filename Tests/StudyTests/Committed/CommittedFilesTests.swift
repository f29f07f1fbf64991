import Foundation
import Reporting
import RunLogs
import Study
import TestSupport
import Testing

/// A study's committed runs, and what is drawn of them.
private struct CommittedRuns {
  let plan: StudyPlan
  let summary: StudySummary
  let variants: [String: String]
  let pictures: StudyPictures

  /// - Parameters:
  ///   - file: of Data/Presets/study, without extension.
  ///   - folder: of Reports/study.
  /// - Throws: an error of a file.
  init(_ file: String, in folder: String) throws {
    let plan = try StudyPlan(path: Places.data.appending(path: "Presets/study/\(file).yaml").path)
    self.plan = plan
    let place = CommittedStudy.folder.appending(path: folder).path
    let folders = (plan.file?.seeds ?? []).flatMap { seed in
      plan.stages.map { "\(place)/seed-\(seed)/\($0.name)" }
    }
    summary = try StudySummary(
      measures: folders.map { $0 + "/measures.json" }
        .filter { FileManager.default.fileExists(atPath: $0) })
    variants = plan.originals
    let logs = ReadLogs()
    pictures = try StudyPictures(summary: summary, variants: variants) { run in
      try logs.log(inFolder: "\(place)/seed-\(run.seed)/\(run.name)")
    }
  }
}

/// The tables and figures in `Reports/study`, made anew from the committed measures and logs alone.
@Suite struct CommittedFilesTests {
  /// Holds a folder against the committed one: the same files of some kinds, the same texts, and numbers that
  /// differ by no more than another processor's rounding.
  private func expectSame(_ folder: URL, as committed: String, kinds: [String]) throws {
    func names(_ folder: URL) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { name in kinds.contains { name.hasSuffix("." + $0) } }.sorted()
    }
    let place = CommittedStudy.folder.appending(path: committed)
    let made = try names(folder)
    #expect(try !made.isEmpty && made == names(place))
    for name in made {
      let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      let kept = try? String(contentsOf: place.appending(path: name), encoding: .utf8)
      let difference = kept.map { text == $0 ? nil : Self.difference(text, $0) } ?? "isn't there"
      #expect(difference == nil, "\(committed)/\(name): \(difference ?? "")")
    }
  }

  /// Where two texts differ by more than rounding: exponentials and logarithms of two processors differ by some
  /// 1e-15 of them, of which a printed digit may turn.
  private static func difference(_ made: String, _ kept: String) -> String? {
    let lines = zip(
      made.split(separator: "\n", omittingEmptySubsequences: false),
      kept.split(separator: "\n", omittingEmptySubsequences: false))
    for (a, b) in lines where a != b {
      let number = /[-−+]?[0-9]+(\.[0-9]+)?([e][-−+]?[0-9]+)?/
      guard a.replacing(number, with: "#") == b.replacing(number, with: "#") else {
        return "'\(a.prefix(200))' was '\(b.prefix(200))'"
      }
      for (x, y) in zip(a.matches(of: number), b.matches(of: number)) where x.output.0 != y.output.0
      {
        func value(_ text: Substring) -> Double {
          Double(text.replacing("−", with: "-")) ?? .nan
        }
        let (first, second) = (value(x.output.0), value(y.output.0))
        let unit = pow(10, -Double(max((x.output.1?.count ?? 1) - 1, 0)))
        let allowed = max(1.01 * unit * (x.output.2 == nil ? 1 : abs(first)), 1e-10 * abs(first))
        guard abs(first - second) <= allowed, x.output.1?.count ?? 0 > 0 else {
          return "\(first) was \(second) in '\(a.prefix(120))'"
        }
      }
    }
    return made.count(where: \.isNewline) == kept.count(where: \.isNewline) ? nil : "other lines"
  }

  @Test(arguments: [
    ("study", "runs", "tables"), ("ladder", "ladder-runs", "ladder-tables"),
    ("carry", "carry-runs", "carry-tables"),
  ])
  func `tables are the same`(_ file: String, _ runs: String, _ tables: String) throws {
    let study = try CommittedRuns(file, in: runs)
    let plan = study.plan
    let report = StudyReport(
      study.summary, claims: try plan.file?.claims.map { try StudyClaims(path: $0) },
      regime: plan.file?.regime ?? StudyRegime(), reference: plan.file?.reference,
      variants: study.variants,
      published: try plan.file?.published.map { try PublishedNumbers(path: $0) },
      provoked: study.pictures.signatureTable)
    try withTemporaryFolder { folder in
      try report.write(to: folder.path)
      try expectSame(
        folder.appending(path: "tables"), as: tables, kinds: ["csv", "tex", "txt"])
    }
  }

  /// Studies of their own have only the figures that they were made for.
  @Test(arguments: [
    ("study", "runs", "figures"), ("dynamics", "dynamics-runs", "dynamics-figures"),
    ("signatures", "signature-runs", "signature-figures"),
    ("ladder", "ladder-runs", "ladder-figures"), ("carry", "carry-runs", "carry-figures"),
  ])
  func `figures are the same scripts and numbers`(_ file: String, _ runs: String, _ figures: String)
    throws
  {
    let place = CommittedStudy.folder.appending(path: figures).path
    let entries = try CommittedRuns(file, in: runs).pictures.entries().filter { entry in
      // Its checkpoints are too far apart for figure 3, which dynamics.yaml is for.
      file == "study" && entry.name != "figure-3"
        || FileManager.default.fileExists(atPath: "\(place)/\(entry.name).gp")
    }
    try withTemporaryFolder { folder in
      _ = try FigureSet(entries).write(to: folder)
      // What gnuplot makes of them depends on its version.
      try expectSame(folder, as: figures, kinds: ["gp", "tsv"])
    }
  }
}
