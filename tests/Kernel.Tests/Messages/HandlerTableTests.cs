using Orchestration.Grains.Kernel;
using Orchestration.Workflows;

namespace Orchestration.Kernel.Tests.Messages;

/// <summary>Handlers that cannot be are refused when their workflow is registered, by what is wrong with them.</summary>
public class HandlerTableTests
{
    [Theory]
    [InlineData(typeof(SignalWithResult), "a signal's handler returns nothing or a Task")]
    [InlineData(typeof(TwoSignals), "two handlers of the signal 'Go'")]
    [InlineData(typeof(TwoUpdates), "two handlers of the update 'go'")]
    [InlineData(typeof(TwoQueries), "two handlers of the query 'go'")]
    [InlineData(typeof(VoidQuery), "a query returns a value, at once")]
    [InlineData(typeof(TaskQuery), "a query returns a value, at once")]
    [InlineData(typeof(UnreadableQuery), "give it a getter")]
    [InlineData(typeof(PrivateSignal), "must be public and not static")]
    [InlineData(typeof(StaticUpdate), "must be public and not static")]
    [InlineData(typeof(GenericSignal), "cannot be generic")]
    [InlineData(typeof(RefParameter), "which no signal can carry")]
    [InlineData(typeof(TokenParameter), "which no update can carry")]
    [InlineData(typeof(ValueTaskUpdate), "which no update can")]
    [InlineData(typeof(LonelyValidator), "HandlerTableTests+LonelyValidator does not have")]
    [InlineData(typeof(UnlikeValidator), "it must have the parameters of")]
    [InlineData(typeof(TwoValidators), "a second validator")]
    [InlineData(typeof(ReturningValidator), "throws to reject")]
    [InlineData(typeof(WrongCatchAll), "its parameters must be")]
    [InlineData(typeof(TwoCatchAlls), "a second handler is to take any signal")]
    public void Of_AHandlerThatCannotBe_SaysWhatIsWrong(Type workflow, string expected)
    {
        var refused = Assert.Throws<InvalidRequest>(() => WorkflowDefinition.Of(workflow));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ANameThatCannotBe_IsRefused() =>
        Assert.Throws<InvalidIdentifier>(() => WorkflowDefinition.Of(typeof(BadName)));

    [Fact]
    public void Of_HandlersThatCanBe_AreAllThere()
    {
        var table = WorkflowDefinition.Of(typeof(Fine)).Handlers;
        Assert.Equal(["Go", "other"], table.Signals.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("Change", Assert.Single(table.Updates.Keys));
        Assert.NotNull(table.Updates["Change"].Validator);
        Assert.Equal(["Value", "ask"], table.Queries.Keys.Order(StringComparer.Ordinal));
        Assert.NotNull(table.CatchAll);
    }

    public abstract class Base : Workflow<int, int>
    {
        public override Task<int> RunAsync(int input) => Task.FromResult(input);

        /// <summary>Does nothing: these handlers are never called.</summary>
        protected static void Keep(object? value) => _ = value;
    }

    public sealed class SignalWithResult : Base
    {
        [Signal]
        public int Go() => 1;
    }

    public sealed class TwoSignals : Base
    {
        [Signal]
        public void Go() => Keep(this);

        [Signal]
        public Task GoAsync() => Task.CompletedTask;
    }

    public sealed class TwoUpdates : Base
    {
        [Update("go")]
        public int One() => 1;

        [Update("go")]
        public int Two() => 2;
    }

    public sealed class TwoQueries : Base
    {
        [Query("go")]
        public int One() => 1;

        [Query("go")]
        public int Two => 2;
    }

    public sealed class VoidQuery : Base
    {
        [Query]
        public void Ask() => Keep(this);
    }

    public sealed class TaskQuery : Base
    {
        [Query]
        public Task<int> Ask() => Task.FromResult(1);
    }

    public sealed class UnreadableQuery : Base
    {
        [Query]
        public int Ask
        {
            set => Keep(value);
        }
    }

    public sealed class PrivateSignal : Base
    {
        [Signal]
        internal void Go() => Keep(this);
    }

    public sealed class StaticUpdate : Base
    {
        [Update]
        public static int Go() => 1;
    }

    public sealed class GenericSignal : Base
    {
        [Signal]
        public void Go<T>(T value) => Keep(value);
    }

    public sealed class RefParameter : Base
    {
        [Signal]
        public void Go(ref int value) => value++;
    }

    public sealed class TokenParameter : Base
    {
        [Update]
        public int Go(CancellationToken token) => token.CanBeCanceled ? 1 : 0;
    }

    public sealed class ValueTaskUpdate : Base
    {
        [Update]
        public ValueTask<int> Go() => ValueTask.FromResult(1);
    }

    public sealed class LonelyValidator : Base
    {
        [UpdateValidator("Nothing")]
        public void CanNothing() => Keep(this);
    }

    public sealed class UnlikeValidator : Base
    {
        [Update]
        public int Go(int number) => number;

        [UpdateValidator("Go")]
        public void CanGo(string number) => Keep(number);
    }

    public sealed class TwoValidators : Base
    {
        [Update]
        public int Go() => 1;

        [UpdateValidator("Go")]
        public void CanGo() => Keep(this);

        [UpdateValidator("Go")]
        public void MayGo() => Keep(this);
    }

    public sealed class ReturningValidator : Base
    {
        [Update]
        public int Go() => 1;

        [UpdateValidator("Go")]
        public bool CanGo() => true;
    }

    public sealed class WrongCatchAll : Base
    {
        [Signal(CatchAll = true)]
        public void Any(string name) => Keep(name);
    }

    public sealed class TwoCatchAlls : Base
    {
        [Signal(CatchAll = true)]
        public void Any(string name, IReadOnlyList<Payload> arguments) => Keep(name + arguments);

        [Signal(CatchAll = true)]
        public void Other(string name, IReadOnlyList<Payload> arguments) => Keep(name + arguments);
    }

    public sealed class BadName : Base
    {
        [Signal("a\u0001b")]
        public void Go() => Keep(this);
    }

    public sealed class Fine : Base
    {
        [Query]
        public int Value { get; private set; }

        [Query("ask")]
        public int Ask(int plus = 1) => Value + plus;

        [Signal]
        public Task GoAsync() => Task.CompletedTask;

        [Signal("other")]
        public void Other(int? number) => Value = number ?? 0;

        [Signal(CatchAll = true)]
        public void Any(string name, IReadOnlyList<Payload> arguments) => Value = name.Length + arguments.Count;

        [Update]
        public Task<int> ChangeAsync(int number) => Task.FromResult(Value = number);

        [UpdateValidator("Change")]
        public void CanChange(int number) => ArgumentOutOfRangeException.ThrowIfNegative(number);
    }
}
