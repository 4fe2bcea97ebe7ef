using Microsoft.Extensions.DependencyInjection;
using Orchestration.Grains.Storage.InMemory;
using Orchestration.Grains.Tests.Support;
using Orchestration.Workflows;

namespace Orchestration.Grains.Tests.Workflows;

/// <summary>A workflow class with a handler that cannot be one: its silo does not start, and says which and why.</summary>
public sealed class UnfitHandlerTests
{
    [Fact]
    public Task WrongSignature_IsATypedErrorAtTheSilosStart() => RefusedAsync<WrongSignature>("WrongSignature.Ask");

    [Fact]
    public Task TwoHandlersOfOneName_IsATypedErrorAtTheSilosStart() =>
        RefusedAsync<TwoOfAName>("two handlers of the signal 'go'");

    [Fact]
    public Task ValidatorOfNothing_IsATypedErrorAtTheSilosStart() => RefusedAsync<LonelyValidator>("LonelyValidator.MayGo");

    private static async Task RefusedAsync<TWorkflow>(string culprit) where TWorkflow : Workflow
    {
        var store = new InMemoryHistoryStore();
        var refused = await Assert.ThrowsAsync<InvalidRequest>(async () =>
        {
            await using var silo = await TestSilo.StartAsync(
                store, static o => o.AddWorkflow<TWorkflow>(), services: static s => s.AddSingleton(new World()));
        });
        Assert.Contains(culprit, refused.Message, StringComparison.Ordinal);
    }

    [Workflow("wrong-signature")]
    public sealed class WrongSignature : Workflow<int, int>
    {
        [Query]
        public Task<int> Ask() => Task.FromResult(1);

        public override Task<int> RunAsync(int input) => Task.FromResult(input);
    }

    [Workflow("two-of-a-name")]
    public sealed class TwoOfAName : Workflow<int, int>
    {
        private int _went;

        [Signal("go")]
        public void Go() => _went++;

        [Signal("go")]
        public void GoToo() => _went--;

        public override Task<int> RunAsync(int input) => Task.FromResult(_went);
    }

    [Workflow("lonely-validator")]
    public sealed class LonelyValidator : Workflow<int, int>
    {
        private int _went;

        [UpdateValidator("Go")]
        public void MayGo() => _went++;

        public override Task<int> RunAsync(int input) => Task.FromResult(_went);
    }
}
