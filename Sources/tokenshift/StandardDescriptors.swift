import Foundation

/// Standard input, output and error.
enum StandardDescriptors {
  /// Occupies those that are closed: the next file to be opened would get their number, and progress
  /// would be written into it.
  ///
  /// The wrong way round on purpose, so that writing to a closed output still fails, as it should.
  static func occupy() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest free number is this one.
      _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
