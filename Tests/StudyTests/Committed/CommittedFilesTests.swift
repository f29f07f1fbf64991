import Foundation
import Reporting
import RunLogs
import Study
import TestSupport
import Testing

/// The tables and figures in `Reports/study`, made anew from the committed measures and logs alone.
@Suite struct CommittedFilesTests {
  private let plan: StudyPlan
  private let summary: StudySummary
  private let variants: [String: String]
  private let pictures: StudyPictures

  init() throws {
    let plan = try StudyPlan(path: Places.data.appending(path: "Presets/study/study.yaml").path)
    self.plan = plan
    let folders = (plan.file?.seeds ?? []).flatMap { seed in
      plan.stages.map { CommittedStudy.folder.path + "/runs/seed-\(seed)/\($0.name)" }
    }
    summary = try StudySummary(
      measures: folders.map { $0 + "/measures.json" }
        .filter { FileManager.default.fileExists(atPath: $0) })
    variants = Dictionary(
      plan.stages.compactMap { stage in stage.original.map { (stage.name, $0) } }
    ) { first, _ in first }
    let logs = ReadLogs()
    pictures = StudyPictures(summary: summary, variants: variants) { run in
      try logs.log(inFolder: CommittedStudy.folder.path + "/runs/seed-\(run.seed)/\(run.name)")
    }
  }

  private func expectSame(_ names: [String], in folder: URL, as committed: String) throws {
    #expect(!names.isEmpty)
    for name in names {
      let made = try Data(contentsOf: folder.appending(path: name))
      let kept = try? Data(contentsOf: CommittedStudy.folder.appending(path: committed + name))
      #expect(made == kept, "\(committed)\(name) is another one when it is made anew")
    }
  }

  @Test func `tables are the same bytes`() throws {
    let report = StudyReport(
      summary, claims: try plan.file?.claims.map { try StudyClaims(path: $0) },
      regime: plan.file?.regime ?? StudyRegime(), reference: plan.file?.reference,
      variants: variants, published: try plan.file?.published.map { try PublishedNumbers(path: $0) }
    )
    try withTemporaryFolder { folder in
      try report.write(to: folder.path)
      let tables = folder.appending(path: "tables")
      try expectSame(
        FileManager.default.contentsOfDirectory(atPath: tables.path).sorted(), in: tables,
        as: "tables/")
    }
  }

  @Test func `figures are the same scripts and numbers`() throws {
    try withTemporaryFolder { folder in
      _ = try FigureSet(pictures.entries()).write(to: folder)
      // What gnuplot makes of them depends on its version.
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { $0.hasSuffix(".gp") || $0.hasSuffix(".tsv") }.sorted()
      try expectSame(names, in: folder, as: "figures/")
    }
  }
}
