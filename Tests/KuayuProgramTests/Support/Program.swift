import Foundation

/// The program under test, and the repository that it was built from.
enum Program {
    /// The repository's root, from where this file lies.
    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// Files of the tests.
    static let fixtures = repository + "/Tests/KuayuProgramTests/Fixtures"

    /// The program lies beside the test bundle.
    struct NotBuilt: Error, CustomStringConvertible {
        let looked: [String]

        var description: String {
            "the program `kuayu` is not built; looked for \(looked.joined(separator: ", ")). "
                + "Run `swift build -c release --product kuayu` (with the configuration of the tests)."
        }
    }

    /// The path of `kuayu` in the folder of the test bundle.
    static func executable() throws -> String {
        let running = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let bundles = ([running] + CommandLine.arguments).filter { $0.contains(".xctest") }
        let candidates = bundles.map { bundle in
            URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("kuayu").path
        }
        guard let found = candidates.first(where: FileManager.default.isExecutableFile) else {
            throw NotBuilt(looked: candidates)
        }
        return found
    }
}
