import Foundation
import HDF5
import RunLogs
import TestSupport
import Testing

@Suite struct DynamicsLogTests {
  private let log = DynamicsLog(
    checkpoints: [
      .init(run: "ä", condition: "c", step: 0, path: "base", weightsDigest: "00"),
      .init(run: "ä", condition: "c", objective: "sft", step: 50, path: "runs/a/step-000050"),
    ],
    references: [
      .init(
        name: "base", fileName: "b.jsonl", digest: "ff", notMeasuredCount: 3,
        prompts: ["p", "p", "q"],
        bytes: [3, 4, 1], nats: [[0.5, 1, 1e-300], [0.25, 2, 3]]),
      .init(
        name: "rl", fileName: "r.jsonl", digest: "ee", prompts: ["p"], bytes: [7], nats: [[1], [2]]),
    ], attributes: ["command_line": "tokenshift dynamics 'x y'"])

  @Test func `a log comes back as it was written`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "dynamics.h5").path
      try log.write(to: path)
      #expect(try DynamicsLog(path: path) == log)
      #expect(try LogKind(path: path) == .dynamics)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["dynamics.h5"])
    }
  }

  @Test func `logs of other kinds, newer ones and damaged ones are refused`() throws {
    let token = #expect(throws: RunLogError.self) {
      try DynamicsLog(path: Places.fixture("runlogs/log-1.0.h5"))
    }
    #expect(token?.kind == .notALog)
    #expect(try LogKind(path: Places.fixture("runlogs/log-1.0.h5")) == .token)
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "x.h5").path
      for (change, kind) in [
        ({ root in try root.setAttribute("schema_version", to: "3.0") }, .newerSchema),
        ({ root in try root.dataset("reference/base/bytes").append([1 as Int64]) }, .damaged),
        ({ root in try root.dataset("checkpoint/step").append([1 as Int64]) }, .damaged),
        ({ root in try root.setAttribute("references", to: .strings(["none"])) }, .damaged),
      ] as [((HDF5Group) throws -> Void, RunLogError.Kind)] {
        try writeSpoiled(to: path, change)
        let error = #expect(throws: RunLogError.self) { try DynamicsLog(path: path) }
        #expect(error?.kind == kind, "\(String(describing: error))")
      }
    }
  }

  /// The smallest log by hand, with one change.
  private func writeSpoiled(to path: String, _ change: (HDF5Group) throws -> Void) throws {
    let file = try HDF5File.create(path, replacing: true)
    let root = file.root
    try root.setAttribute("schema", to: "tokenshift.dynamics-log")
    try root.setAttribute("schema_version", to: "1.0")
    try root.setAttribute("references", to: .strings(["base"]))
    let group = try root.createGroup("checkpoint")
    for name in ["run", "condition", "objective", "path", "weights"] {
      try HDF5ByteLists.create(name, in: group).append(["x"])
    }
    try group.createDataset("step", of: Int64.self).append([0 as Int64])
    let reference = try root.createGroup("reference/base")
    try HDF5ByteLists.create("prompt_id", in: reference).append(["p"])
    try reference.createDataset("bytes", of: Int64.self).append([2 as Int64])
    try reference.createDataset("nats", of: Double.self, layout: .init(columns: 1)).append([0.5])
    try change(root)
    try file.close()
  }
}
