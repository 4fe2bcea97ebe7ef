using Orchestration.Storage.Tests.Conformance;

namespace Orchestration.Storage.Tests.Sqlite;

public static class SqliteConformanceTests
{
    public sealed class Appends() : AppendConformance(new SqliteFixture());

    public sealed class Starts() : StartConformance(new SqliteFixture());
}
