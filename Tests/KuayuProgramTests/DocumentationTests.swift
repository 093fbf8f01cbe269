import Foundation
import Testing

/// Commands in the documents work as they stand there.
@Suite struct DocumentationTests {
    /// A fenced `sh` block of a document.
    struct Block: Sendable {
        let line: Int
        let commands: [String]

        /// Whether it runs the program.
        var runsKuayu: Bool { commands.contains { Block.isKuayu($0) } }

        /// Its lines without what builds or tests: the program is built already.
        var runnable: [String] {
            var result: [String] = []
            var skips = false
            for command in commands {
                let words = command.trimmingCharacters(in: .whitespaces)
                if !skips { skips = ["make ", "swift ", "KUAYU_ROOM="].contains(where: words.hasPrefix) }
                if !skips { result.append(command) }
                if !words.hasSuffix("\\") { skips = false }
            }
            return result
        }

        static func isKuayu(_ command: String) -> Bool {
            let words = command.trimmingCharacters(in: .whitespaces)
            return words.hasPrefix(".build/release/kuayu ") || words.hasPrefix("kuayu ")
        }
    }

    /// README and every document that has such a block.
    static let documents: [String] = {
        let docs = (try? FileManager.default.contentsOfDirectory(atPath: Program.repository + "/docs")) ?? []
        let all = ["README.md"] + docs.filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }
        return all.filter { ((try? blocks($0)) ?? []).contains(where: \.runsKuayu) }
    }()

    private static func blocks(_ document: String) throws -> [Block] {
        let text = try String(contentsOfFile: Program.repository + "/" + document, encoding: .utf8)
        var found: [Block] = []
        var open: (line: Int, commands: [String])?
        var isOther = false
        for (index, line) in text.components(separatedBy: "\n").enumerated() {
            if line.hasPrefix("```") {
                if let block = open {
                    found.append(Block(line: block.line, commands: block.commands))
                    open = nil
                } else if isOther {
                    isOther = false
                } else if line == "```sh" {
                    open = (index + 1, [])
                } else {
                    isOther = true
                }
            } else {
                open?.commands.append(line)
            }
        }
        return found
    }

    @Test func someDocumentsHaveCommands() { #expect(Self.documents.count >= 2, "\(Self.documents)") }

    @Test(.timeLimit(.minutes(5)), arguments: documents)
    func commandsOfADocumentEndWithZero(_ document: String) async throws {
        let layout = try layout()
        let blocks = try Self.blocks(document).filter(\.runsKuayu)
        if blocks.contains(where: { $0.commands.contains { $0.contains("var/demo") } }) {
            // The document runs the demo first, by make.
            let demo = try await Turns.federations.take {
                try await Program.run(
                    ["demo", "--once", "--cases", "3", "--rate", "20", "--down", "0"], in: layout.path)
            }
            #expect(demo.code == 0, "\(demo.output)\(demo.errors)")
        }
        for block in blocks {
            let script = "set -e\nexport PATH=\"$PWD/.build/release:$PATH\"\n" + block.runnable.joined(separator: "\n")
            let result = try await Program.run("/bin/bash", ["-c", script], in: layout.path, environment: [:])
            #expect(result.code == 0, "\(document):\(block.line)\n\(result.output)\n\(result.errors)")
        }
    }

    /// A folder that looks like the repository after a build, in which commands may write.
    private func layout() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let files = FileManager.default
        for name in [
            "regions", "docs", "schema", "Sources", "Tests", "scripts", "Makefile", "Package.swift", "README.md",
        ] {
            try files.createSymbolicLink(
                atPath: folder.file(name), withDestinationPath: Program.repository + "/" + name)
        }
        try files.createDirectory(atPath: folder.file(".build/release"), withIntermediateDirectories: true)
        try files.createSymbolicLink(
            atPath: folder.file(".build/release/kuayu"), withDestinationPath: Program.executable())
        return folder
    }
}
