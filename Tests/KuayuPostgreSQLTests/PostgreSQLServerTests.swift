import Foundation
import KuayuPostgreSQL
import Testing

@Suite struct PostgreSQLServerTests {
    @Test func startsAnswersAndLeavesNothingBehind() throws {
        let server = try PostgreSQLServer(settings: ["shared_buffers=32MB"])
        let connection = try PostgreSQLConnection(conninfo: server.conninfo)
        #expect(try connection.query("SHOW shared_buffers")[0, 0] == "32MB")
        #expect(try connection.query("SHOW listen_addresses")[0, 0]?.isEmpty == true)
        server.stop()
        server.stop()
        #expect(kill(server.identifier, 0) == -1)
        #expect(!FileManager.default.fileExists(atPath: server.folder))
        #expect(throws: PostgreSQLError.self) { try connection.query("SELECT 1") }
    }

    @Test func saysWhyItDoesNotStart() {
        #expect {
            try PostgreSQLServer(settings: ["shared_buffers=nonsense"])
        } throws: { error in
            (error as? PostgreSQLError)?.message.contains("shared_buffers") == true
        }
    }
}
