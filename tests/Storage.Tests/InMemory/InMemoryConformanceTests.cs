using Orchestration.Storage.Tests.Conformance;

namespace Orchestration.Storage.Tests.InMemory;

public static class InMemoryConformanceTests
{
    public sealed class Appends() : AppendConformance(new InMemoryFixture());

    public sealed class Starts() : StartConformance(new InMemoryFixture());
}
