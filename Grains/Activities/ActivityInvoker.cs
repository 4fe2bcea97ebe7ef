using Orchestration.Workflows;

namespace Orchestration.Grains.Activities;

/// <summary>
/// Calls one activity method: decodes the arguments by their declared types, calls, and encodes the result by its declared type.
/// </summary>
/// <param name="instance">The activity object.</param>
/// <param name="arguments">The arguments as they were sent.</param>
/// <param name="converter">Decodes and encodes.</param>
/// <param name="cancellationToken">The attempt's token, for methods that take one.</param>
/// <exception cref="UnreadableArguments">The arguments do not fit the method. It was not called.</exception>
/// <exception cref="UnwritableResult">The method ended, and its result cannot be encoded.</exception>
internal delegate ValueTask<Payload> ActivityInvoker(
    object instance, Payload[] arguments, IPayloadConverter converter, CancellationToken cancellationToken);

/// <summary>The arguments of an attempt do not fit the method that is deployed under the activity's name.</summary>
internal sealed class UnreadableArguments(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>An activity's result cannot be encoded.</summary>
internal sealed class UnwritableResult(string message, Exception? inner = null) : Exception(message, inner);
