import ArgumentParser

/// `--ignore-remote-code`, of every command that opens checkpoints.
struct RemoteCode: ParsableArguments {
  @Flag(
    name: .customLong("ignore-remote-code"),
    help: """
      Take a model that brings code of its own (auto_map in config.json) as the family that it names; \
      without this it is refused.
      """)
  var isIgnored = false
}
