/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks that know more than a token and a descriptor: whom PRINCIPAL SELF
 * stands for, object types, policies, attributes; and the explanation, which
 * is a check with somebody listening. The same phases, the same decisions.
 */
#include "access-parsed.h"

/* One place for all that is not plain: compiled once. */
static __attribute__((noinline)) int
decide_known(const struct guise_sd *sd, const struct access_request *request,
	     struct guise_decision *ret)
{
	if (request->desired & GUISE_GENERIC_MASK)
		return GUISE_E_GENERIC_NOT_MAPPED;
	return decide_parsed(sd, request, false, ret);
}

/* The tree is a large object on the stack: only where there is one. */
static __attribute__((noinline)) int
decide_typed(const struct guise_sd *sd, struct access_request *request,
	     const struct guise_access_options *options, bool result_list,
	     struct guise_decision *ret)
{
	struct access_tree tree ACCESS_UNINITIALISED;
	int r;

	r = tree_init(&tree, options->object_types, options->n_object_types,
		      result_list);
	if (r < 0)
		return r;
	request->tree = &tree;
	return decide_known(sd, request, ret);
}

static int decide(const struct guise_sd *sd, struct access_request *request,
		  const struct guise_access_options *options, bool result_list,
		  struct guise_decision *ret)
{
	if (options) {
		request->principal_self = options->principal_self;
		request->policies = options->policies;
		request->attributes = options->resource_attributes;
		if (options->n_object_types)
			return decide_typed(sd, request, options, result_list,
					    ret);
	}
	return decide_known(sd, request, ret);
}

static bool options_fit(const struct guise_access_options *options)
{
	return !options || options->size == sizeof(*options);
}

int guise_access_check_by_type(const struct guise_sd *sd,
			       const struct guise_token *token,
			       uint32_t desired,
			       const struct guise_generic_mapping *mapping,
			       const struct guise_access_options *options,
			       struct guise_decision *ret)
{
	if (!ret)
		return -EINVAL;
	*ret = (struct guise_decision){0};
	if (!sd || !token || !mapping || !options_fit(options))
		return -EINVAL;
	return decide(sd,
		      &(struct access_request){
			      .token = token,
			      .mapping = mapping,
			      .desired = desired,
		      },
		      options, false, ret);
}

int guise_access_check_by_type_result_list(
	const struct guise_sd *sd, const struct guise_token *token,
	uint32_t desired, const struct guise_generic_mapping *mapping,
	const struct guise_access_options *options, struct guise_decision *ret)
{
	if (!ret)
		return -EINVAL;
	*ret = (struct guise_decision){0};
	if (!options || !options_fit(options) || !options->n_object_types)
		return -EINVAL;
	for (size_t i = 1; i < options->n_object_types; i++)
		ret[i] = (struct guise_decision){0};
	if (!sd || !token || !mapping)
		return -EINVAL;
	return decide(sd,
		      &(struct access_request){
			      .token = token,
			      .mapping = mapping,
			      .desired = desired,
		      },
		      options, true, ret);
}

int guise_access_explain(const struct guise_sd *sd,
			 const struct guise_token *token, uint32_t desired,
			 const struct guise_generic_mapping *mapping,
			 const struct guise_access_options *options,
			 struct guise_decision *ret,
			 struct guise_reason *ret_reasons, size_t max_reasons,
			 size_t *ret_n_reasons)
{
	struct access_trace trace = {.at = ret_reasons, .max = max_reasons};
	int r;

	if (!ret)
		return -EINVAL;
	*ret = (struct guise_decision){0};
	if (!sd || !token || !mapping || !options_fit(options) ||
	    !ret_n_reasons || (!ret_reasons && max_reasons))
		return -EINVAL;
	r = decide(sd,
		   &(struct access_request){
			   .token = token,
			   .mapping = mapping,
			   .desired = desired,
			   .trace = &trace,
		   },
		   options, false, ret);
	if (r < 0)
		return r;
	*ret_n_reasons = trace.n;
	return 0;
}
