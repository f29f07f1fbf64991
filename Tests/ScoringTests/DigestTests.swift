import Foundation
import Scoring
import TestSupport
import Testing

/// Digests against sha256sum of GNU coreutils.
struct DigestTests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ("é\n", "edd3a863872a04239eb29ad4bc12fc892b3d4ae57cc7e786a3697816f8e141c2"),
  ])
  func `texts have known digests`(text: String, digest: String) throws {
    #expect(Digest.ofText(text) == digest)
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "é ü.bin")
      try Data(text.utf8).write(to: url)
      #expect(try Digest.ofFile(url.path) == digest)
    }
  }

  @Test func `a file longer than a piece has the digest of the whole`() throws {
    try withTemporaryFolder { folder in
      // head -c 2500000 /dev/zero | sha256sum
      let url = folder.appending(path: "zeros")
      try Data(count: 2_500_000).write(to: url)
      #expect(
        try Digest.ofFile(url.path)
          == "382ec408afd51de29f84bd9d5b43cdfebe2f89532950e0259fdfb2271894b6de")
    }
  }

  @Test func `the demo's texts are those that the fixtures were made from`() throws {
    // From the head of Tests/Fixtures/demo/logprobs-base.tsv.
    #expect(
      try Digest.ofFile(Samples.demoTexts)
        == "949d462c9e5d3964443e0dea3ffe9c88ea35514e81d853b9fb61fdb8c17795aa")
    #expect(
      try Checkpoint(name: "base", directory: Samples.demo("base")).digests["model.safetensors"]
        == "f0eaaa20b47156f9246dfe2839254d3e734bfd7e1d1bce9f7521c46ed1f52735")
  }

  @Test func `a missing file is named`() {
    expectError(mentioning: ["/nowhere/x", "no such file"]) {
      _ = try Digest.ofFile("/nowhere/x")
    }
  }
}
