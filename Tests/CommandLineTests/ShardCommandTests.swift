import Foundation
import RunLogs
import TestSupport
import Testing

/// `score --shard` under several launchers, and `merge`.
@Suite(.timeLimit(.minutes(15)))
struct ShardCommandTests {
  @Test(arguments: [
    (["OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "3"], "2-of-3"),
    (["PMI_RANK": "0", "PMI_SIZE": "2"], "1-of-2"),
    (["RANK": "3", "WORLD_SIZE": "12"], "04-of-12"),
    (["SLURM_PROCID": "1", "SLURM_NTASKS": "2"], "2-of-2"),
    // Processes that mpirun starts inside of a Slurm job.
    (
      [
        "OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "3", "SLURM_PROCID": "0",
        "SLURM_NTASKS": "3",
      ], "2-of-3"
    ),
  ])
  func `the part is taken from what the launcher says`(
    environment: [String: String], name: String
  ) throws {
    try Workplace.with { place in
      let outcome = try place.run(
        [
          "score", "--model", "a=\(Workplace.small)", "--texts", "texts.jsonl", "--output",
          "log.h5", "--shard", "auto",
        ], environment: environment)
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(outcome.output.hasSuffix("wrote log.shard-\(name).h5\n"))
      let shard = try #require(
        try TokenLog(path: place.path("log.shard-\(name).h5")).header.shard)
      #expect("\(shard.index)-of-\(shard.count)" == String(name.drop { $0 == "0" }))
    }
  }

  @Test(arguments: [
    (["RANK": "1"], "no rank"), (["RANK": "3", "WORLD_SIZE": "3"], "RANK=3"),
    (["RANK": "x", "WORLD_SIZE": "3"], "RANK=x"),
    (["RANK": "1", "WORLD_SIZE": "3", "PMI_RANK": "2", "PMI_SIZE": "3"], "PMI says 3/3"),
  ])
  func `ranks that are none, or contradict each other`(
    environment: [String: String], words: String
  ) throws {
    try Workplace.with { place in
      let arguments = [
        "score", "--model", "a=b", "--texts", "t", "--output", "o", "--shard", "auto",
      ]
      expectRefusal(
        try place.run(arguments, environment: environment), ["--shard auto", words, "--shard i/n"])
    }
  }

  @Test func `shards are named, inspected, merged both ways, and missed`() throws {
    try Workplace.with { place in
      for index in 1...2 {
        let outcome = try place.score(more: ["--shard", "\(index)/2", "--batch-tokens", "4"])
        #expect(outcome.status == 0)
      }
      #expect(
        try place.score(
          ["a=\(Workplace.small)", "b=\(Workplace.small)"],
          ["--batch-tokens", "4"], output: "whole.h5"
        ).status == 0)
      let shards = (1...2).map { "log.shard-\($0)-of-2.h5" }
      #expect(
        try place.run(["inspect", shards[1]]).output.contains(
          /shard +2 of 2, lines 2 to 2/))
      for form in ["--copy", "--virtual"] {
        let outcome = try place.run(["merge", shards[1], shards[0], "--output", "log.h5", form])
        #expect(outcome.status == 0, "\(outcome.error)")
        #expect(outcome.output == "shards: 2, texts: 2, tokens: 8\nwrote log.h5\n")
        #expect(try differingDatasets(place.path("log.h5"), place.path("whole.h5")).isEmpty)
        #expect(try place.run(["audit", "log.h5"]).status == 0)
      }
      expectRefusal(
        try place.run(["merge", shards[0], "--output", "log.h5"]),
        ["shard 2 of 2 is missing: score with --shard 2/2"])
      expectRefusal(
        try place.run(["merge"] + shards + ["--output", shards[0]]), ["is read by this command"])
      expectRefusal(try place.run(["merge", "whole.h5", "--output", "x.h5"]), ["is no shard"])
      let placed = try place.score(
        output: "part-{shard}-{shards}.h5", more: ["--shard", "1/2"])
      #expect(placed.output.hasSuffix("wrote part-1-2.h5\n"))
      try FileManager.default.removeItem(atPath: place.path(shards[0]))
      expectRefusal(
        try place.run(["audit", "log.h5"]), ["log.h5: its columns lie in log.shard-1-of-2.h5"])
    }
  }

  #if os(Linux)
    /// Debian's Open MPI, which refuses root and more ranks than cores unless told.
    private static let allowed = [
      "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
      "OMPI_MCA_rmaps_base_oversubscribe": "1",
    ]
    private static let hasMPI =
      (try? withTemporaryFolder {
        try Tool.shell("mpirun -n 2 true", in: $0, environment: allowed).status
      }) == 0

    @Test(.enabled(if: hasMPI, "needs mpirun: apt-get install openmpi-bin"))
    func `three ranks under mpirun, one killed and all run again, are one run`() throws {
      let texts = try String(contentsOfFile: Workplace.demoTexts, encoding: .utf8)
        .split(separator: "\n").prefix(900).joined(separator: "\n")
      try Workplace.with(texts: texts) { place in
        let models = ["base", "sft"].map { "--model '\($0)=\(Workplace.demo($0))'" }
        try place.write(
          """
          score() {
            exec "$TOOL" score \(models.joined(separator: " ")) --texts texts.jsonl --threads 1 \
              --batch-tokens 512 --quiet "$@"
          }
          case "$1" in
          whole) score --output whole.h5 ;;
          again) score --output log.h5 --shard auto --resume ;;
          first)
            if [ "$OMPI_COMM_WORLD_RANK" != 1 ]; then score --output log.h5 --shard auto; exit; fi
            score --output log.h5 --shard auto &
            journal=log.shard-2-of-3.h5.journal
            while [ "$(wc -c < $journal 2>/dev/null || echo 0)" -lt 400000 ]; do sleep 0.005; done
            kill -KILL $!
            wait $! ;;
          esac

          """, to: "rank.sh")
        func mpirun(_ step: String) throws -> Tool.Outcome {
          try Tool.shell(
            "mpirun -n 3 sh rank.sh \(step)", in: place.folder, environment: Self.allowed)
        }
        let first = try mpirun("first")
        #expect(first.status == 137, "\(first.error)")
        #expect(try place.files().contains("log.shard-2-of-3.h5.journal"))
        let shards = (1...3).map { "log.shard-\($0)-of-3.h5" }
        expectRefusal(try place.run(["merge"] + shards + ["--output", "log.h5"]), ["log.shard-"])
        let again = try mpirun("again")
        #expect(again.status == 0, "\(again.error)")
        #expect(try place.files() == shards + ["rank.sh", "texts.jsonl"])
        #expect(try place.run(["merge"] + shards + ["--output", "log.h5"]).status == 0)
        #expect(try Tool.shell("sh rank.sh whole", in: place.folder).status == 0)
        #expect(try differingDatasets(place.path("log.h5"), place.path("whole.h5")).isEmpty)
        #expect(try TokenLog(path: place.path("log.h5")).sequenceCount == 900)
      }
    }
  #endif
}
